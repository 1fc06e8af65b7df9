import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { cancelImport, type Import, uploadImport } from '../queries/imports.ts';
import { Button } from './button.tsx';
import { columnFieldName, columnQuestions, readColumns } from './column-questions.ts';
import { SelectField } from './field.tsx';
import { readingChoices, readOptions } from './import-kinds.ts';
import { forgetFile, type KeptFile, keepFile, keptFile } from './kept-files.ts';
import { ProblemNote } from './problem-note.tsx';

function useRecheck(item: Import) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (told: KeptFile) => {
      const made = await uploadImport({ kind: item.kind, ...told });
      keepFile(made.id, told);
      // The new check takes the place of this one; if it is gone already, that is as well.
      await cancelImport(item.id).catch(() => undefined);
      forgetFile(item.id);
      return made;
    },
    onSuccess: async (made) => {
      await queryClient.invalidateQueries({ queryKey: ['imports', 'list'] });
      await navigate({ to: '/import/$id', params: { id: made.id }, replace: true });
    },
  });
}

function Choices({ item, kept }: { item: Import; kept: KeptFile | null }) {
  const choices = readingChoices.filter(({ kinds }) => !kinds || kinds.includes(item.kind));
  return (
    <div className="options">
      {choices.map(({ name, label, otherwise, values }) => (
        <SelectField key={name} label={label} name={name} defaultValue={kept?.options[name] ?? ''}>
          <option value="">{otherwise}</option>
          {values.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </SelectField>
      ))}
    </div>
  );
}

function Columns({ item, kept }: { item: Import; kept: KeptFile | null }) {
  const questions = columnQuestions(item);
  if (questions.length === 0) return null;
  return (
    <fieldset className="stack tight">
      <legend className="field-label">Which column of the file holds …</legend>
      <div className="options">
        {questions.map(({ column, taken, candidates }) => (
          <SelectField
            key={column}
            label={column}
            name={columnFieldName(column)}
            defaultValue={kept?.options.columns?.[column] ?? ''}
          >
            <option value="">{taken ?? 'not found'}</option>
            {candidates.map((candidate) => (
              <option key={candidate} value={candidate}>
                {candidate}
              </option>
            ))}
          </SelectField>
        ))}
      </div>
    </fieldset>
  );
}

/** Says how to read the file instead of leaving it to the reader, and checks again. */
export function RecheckForm({ item }: { item: Import }) {
  const [picked, setPicked] = useState<File | null>(null);
  const recheck = useRecheck(item);
  const kept = keptFile(item.id);
  const file = picked ?? kept?.file ?? null;

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!file || recheck.isPending) return;
    const form = new FormData(event.currentTarget);
    recheck.mutate({ file, options: { ...readOptions(form), columns: readColumns(form) } });
  };

  return (
    <section className="section" aria-labelledby="recheck">
      <h2 id="recheck">Read it otherwise</h2>
      <form key={item.id} className="card padded stack" onSubmit={submit}>
        <Columns item={item} kept={kept} />
        <Choices item={item} kept={kept} />
        {!kept && (
          <label className="field">
            <span className="field-label">The file, once more</span>
            <input
              type="file"
              className="input"
              onChange={(event) => setPicked(event.target.files?.[0] ?? null)}
            />
            <span className="hint">The page was loaded anew and does not have it any more.</span>
          </label>
        )}
        {recheck.isError && <ProblemNote error={recheck.error} />}
        <div>
          <Button type="submit" busy={recheck.isPending || !file}>
            {recheck.isPending ? 'Checking …' : 'Check again'}
          </Button>
        </div>
      </form>
    </section>
  );
}
