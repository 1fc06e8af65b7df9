import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type DragEvent, type FormEvent, useId, useState } from 'react';
import { fileSize } from '../format/number.ts';
import { type ImportKind, importQuery, templateAddress, uploadImport } from '../queries/imports.ts';
import { Button } from './button.tsx';
import { importKinds, kindLabel } from './import-kinds.ts';
import { keepFile } from './kept-files.ts';
import { ProblemNote } from './problem-note.tsx';
import { Progress } from './progress.tsx';

function KindChoice(props: { value: ImportKind; onChange: (kind: ImportKind) => void }) {
  const name = useId();
  return (
    <fieldset className="stack tight">
      <legend className="field-label">What is in the file?</legend>
      <div className="kinds">
        {importKinds.map(({ kind, label, says }) => (
          <label key={kind} className="kind">
            <input
              type="radio"
              name={name}
              value={kind}
              checked={props.value === kind}
              onChange={() => props.onChange(kind)}
            />
            <strong>{label}</strong>
            <span>{says}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function DropField(props: { file: File | null; onFile: (file: File) => void }) {
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file) props.onFile(file);
  };
  return (
    <label
      className={over ? 'drop over' : 'drop'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <input
        type="file"
        accept=".csv,.tsv,.txt,.gz,text/csv,application/gzip"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file) props.onFile(file);
        }}
      />
      <strong>{props.file ? props.file.name : 'Drop a file here, or press to choose one'}</strong>
      <span className="small soft">
        {props.file
          ? `${fileSize(props.file.size)} · press to choose another`
          : 'CSV, also compressed with gzip'}
      </span>
    </label>
  );
}

/** The first step: which kind, which file. Nothing is taken over by it. */
export function UploadForm() {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [kind, setKind] = useState<ImportKind>('products');
  const [file, setFile] = useState<File | null>(null);
  const upload = useMutation({
    mutationFn: uploadImport,
    onSuccess: async (made, { file: sent }) => {
      keepFile(made.id, { file: sent, options: {} });
      queryClient.setQueryData(importQuery(made.id).queryKey, made);
      void queryClient.invalidateQueries({ queryKey: ['imports', 'list'] });
      await navigate({ to: '/import/$id', params: { id: made.id } });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (file && !upload.isPending) upload.mutate({ kind, file, options: {} });
  };

  return (
    <form className="stack" onSubmit={submit}>
      <KindChoice value={kind} onChange={setKind} />
      <p className="small">
        <a href={templateAddress(kind)} download={`${kind}.csv`}>
          Template for {kindLabel(kind).toLowerCase()}
        </a>{' '}
        <span className="soft">with the column names and an example row</span>
      </p>
      <DropField file={file} onFile={setFile} />
      {upload.isError && <ProblemNote error={upload.error} />}
      <div className="row">
        <Button type="submit" look="primary" busy={upload.isPending || !file}>
          {upload.isPending ? 'Uploading …' : 'Check the file'}
        </Button>
        <span className="small soft">Nothing is taken over before you have seen the result.</span>
      </div>
      {upload.isPending && <Progress label="Uploading" share={null} />}
    </form>
  );
}
