import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import {
  cancelImport,
  type Import,
  type ReadingOptions,
  uploadImport,
} from '../queries/imports.ts';
import { Button } from './button.tsx';
import { SelectField } from './field.tsx';
import { readingChoices, readOptions } from './import-kinds.ts';
import { forgetFile, keepFile, keptFile } from './kept-files.ts';
import { ProblemNote } from './problem-note.tsx';

function useRecheck(item: Import) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ file, options }: { file: File; options: ReadingOptions }) => {
      const made = await uploadImport({ kind: item.kind, file, options });
      keepFile(made.id, file);
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

/** Says how to read the file instead of leaving it to the reader, and checks again. */
export function RecheckForm({ item }: { item: Import }) {
  const [picked, setPicked] = useState<File | null>(null);
  const recheck = useRecheck(item);
  const file = picked ?? keptFile(item.id);
  const choices = readingChoices.filter(({ kinds }) => !kinds || kinds.includes(item.kind));

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!file || recheck.isPending) return;
    recheck.mutate({ file, options: readOptions(new FormData(event.currentTarget)) });
  };

  return (
    <section className="section" aria-labelledby="recheck">
      <h2 id="recheck">Read it otherwise</h2>
      <form className="card padded stack" onSubmit={submit}>
        <div className="options">
          {choices.map(({ name, label, values }) => (
            <SelectField key={name} label={label} name={name} defaultValue="">
              <option value="">found by itself</option>
              {values.map(([value, text]) => (
                <option key={value} value={value}>
                  {text}
                </option>
              ))}
            </SelectField>
          ))}
        </div>
        {!keptFile(item.id) && (
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
