import { posix } from 'node:path';
import { composeFile } from '../documents/compose.ts';
import { workflowFile } from '../documents/workflow.ts';
import type { Draft, Rule } from '../finding.ts';

const looked =
  /(^|\/)(Dockerfile|package\.json|pyproject\.toml|package-lock\.json|pnpm-lock\.yaml|yarn\.lock|uv\.lock|poetry\.lock)$/;

export const documentReadable: Rule = {
  id: 'document-readable',
  family: 0,
  severity: 'error',
  title: 'A file of the deployment cannot be read',
  why: 'Whatever reads it in production fails at it too, or reads something else than is meant.',
  fix: 'Mend the file; if it is meant to be as it is, it does not belong under this name.',
  references: ['https://yaml.org/spec/1.2.2/', 'https://toml.io/en/v1.0.0'],
  bad: [
    {
      name: 'YAML with a wrong indent',
      files: { 'compose.yaml': 'services:\n  web:\n    image: a:1\n   ports: []\n' },
    },
    {
      name: 'an alias that contains itself',
      files: { 'compose.yaml': 'services: &all\n  web: *all\n' },
    },
    {
      name: 'a lockfile with an unresolved merge',
      files: {
        'package.json': '{}\n',
        'package-lock.json':
          '{\n<<<<<<< HEAD\n  "lockfileVersion": 3\n=======\n  "lockfileVersion": 2\n>>>>>>> topic\n}\n',
      },
    },
    {
      name: 'invalid TOML',
      files: { 'pyproject.toml': '[project\nname = 1\n', 'uv.lock': 'version = 1\n' },
    },
  ],
  good: [{ name: 'readable', files: { 'compose.yaml': 'services:\n  web:\n    image: a:1\n' } }],
  *check({ faults, repository }): Generator<Draft> {
    for (const { file, line, message } of faults)
      yield { file, line, message: `cannot be read: ${message}` };
    for (const { path, reason } of repository.unread)
      if (looked.test(path) || composeFile.test(posix.basename(path)) || workflowFile.test(path))
        yield { file: path, line: 1, severity: 'warning', message: `was not read: ${reason}` };
  },
};
