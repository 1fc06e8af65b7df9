import { useQuery } from '@tanstack/react-query';
import { statusQuery } from '../../queries/status.ts';
import { ProblemNote } from '../problem-note.tsx';
import { AboutSection } from './about-section.tsx';
import { BackupSection } from './backup-section.tsx';
import { MachineLearningSection } from './machine-learning-section.tsx';

/** What whoever runs the server wants to know, one section each. */
export function SystemSettings() {
  const status = useQuery(statusQuery);
  return (
    <section className="section" aria-labelledby="system">
      <h2 id="system">System</h2>
      <div className="stack">
        {status.data && <AboutSection status={status.data} />}
        {status.data && <MachineLearningSection report={status.data.machineLearning} />}
        {status.data && <BackupSection report={status.data.backup} />}
        {status.error && !status.data && <ProblemNote error={status.error} />}
      </div>
    </section>
  );
}
