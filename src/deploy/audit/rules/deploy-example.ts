/** A production deploy workflow around given steps; all else in it is in order. */
export function deployExample(
  steps: string,
  { environment = '    environment: production\n', concurrency = 'concurrency: production\n' } = {},
): Readonly<Record<string, string>> {
  const text = `name: Deploy
on:
  push:
    branches: [main]
permissions:
  contents: read
${concurrency}jobs:
  deploy:
    runs-on: ubuntu-24.04
${environment}    steps:
${steps}
`;
  return { '.github/workflows/deploy.yml': text };
}
