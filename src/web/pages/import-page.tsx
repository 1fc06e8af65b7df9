import { useMay } from '../components/access.ts';
import { ImportList } from '../components/import-list.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { UploadForm } from '../components/upload-form.tsx';

export function ImportPage() {
  const mayPlan = useMay('planner');
  return (
    <div className="page">
      <PageHeader title="Import">
        A file is checked first; you see what would change, then take it over or drop it.
      </PageHeader>
      {mayPlan ? (
        <section className="card padded" aria-label="New import">
          <UploadForm />
        </section>
      ) : (
        <p className="note">Importing needs the role of planner.</p>
      )}
      <ImportList />
    </div>
  );
}
