import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMay } from '../components/access.ts';
import { ImportCounts } from '../components/import-counts.tsx';
import { ImportDecision } from '../components/import-decision.tsx';
import { ImportDialect } from '../components/import-dialect.tsx';
import { ImportErrors } from '../components/import-errors.tsx';
import { kindLabel } from '../components/import-kinds.ts';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemText } from '../components/problem-note.tsx';
import { Progress } from '../components/progress.tsx';
import { RecheckForm } from '../components/recheck-form.tsx';
import { Tag } from '../components/tag.tsx';
import { instant } from '../format/date.ts';
import { fileSize } from '../format/number.ts';
import { importState } from '../format/words.ts';
import { type Import, importQuery, isUnderWay } from '../queries/imports.ts';

const route = getRouteApi('/signed-in/import/$id');

function Way({ state }: { state: Import['state'] }) {
  const at = { uploading: 0, checking: 1, refused: 1, checked: 2, committing: 3 } as const;
  const current = state in at ? at[state as keyof typeof at] : 3;
  return (
    <ol className="steps" aria-label="Steps">
      {['Upload', 'Check', 'Look', 'Take over'].map((step, i) => (
        <li key={step} aria-current={i === current ? 'step' : undefined}>
          {step}
        </li>
      ))}
    </ol>
  );
}

function UnderWay({ state }: { state: Import['state'] }) {
  const words = state === 'committing' ? 'Taking the rows over …' : 'Checking every row …';
  return (
    <div className="card padded stack" aria-live="polite">
      <span>{words}</span>
      <Progress label={words} share={null} />
    </div>
  );
}

function Result({ item }: { item: Import }) {
  const mayPlan = useMay('planner');
  const open = item.state === 'checked' || item.state === 'refused';
  return (
    <>
      {item.refusal && (
        <div className="note danger" role="alert">
          <ProblemText {...item.refusal} />
        </div>
      )}
      {item.rows.total > 0 && <ImportCounts item={item} />}
      {mayPlan && <ImportDecision item={item} />}
      {item.rows.bad > 0 && <ImportErrors id={item.id} bad={item.rows.bad} />}
      {item.dialect && <ImportDialect dialect={item.dialect} />}
      {mayPlan && open && <RecheckForm item={item} />}
    </>
  );
}

export function OneImportPage() {
  const { id } = route.useParams();
  const { data: item } = useSuspenseQuery(importQuery(id));
  return (
    <div className="page">
      <PageHeader
        title={item.fileName}
        overline={
          <>
            <Link to="/import">Import</Link> · {kindLabel(item.kind)}
          </>
        }
        actions={<Tag word={importState(item.state)} />}
      >
        {fileSize(item.fileBytes)} · {instant(item.createdAt)}
      </PageHeader>
      <Way state={item.state} />
      {isUnderWay(item.state) ? <UnderWay state={item.state} /> : <Result item={item} />}
    </div>
  );
}
