import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { buildImage } from '../../../house/build-image.ts';
import { removeOwn } from './docker.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The image of this checkout, and what it is built on. */
    readonly image: string;
    readonly baseImage: string;
  }
}

const ENGINE = fileURLToPath(new URL('./engine.sh', import.meta.url));
const BASE_IMAGE = 'node:24-bookworm-slim';
const IMAGE = 'parstock-test:current';

/** The engine, and the image of this checkout; an image that is named is tested as it is. */
export default function setup(project: TestProject): () => void {
  const image = process.env.PARSTOCK_TEST_IMAGE ?? IMAGE;
  execFileSync(ENGINE, [BASE_IMAGE], { stdio: 'inherit' });
  // Left over by a run that was killed.
  removeOwn();
  if (image === IMAGE) {
    console.error('Building the image …');
    buildImage({ tag: image, base: BASE_IMAGE });
  }
  project.provide('image', image);
  project.provide('baseImage', BASE_IMAGE);
  return removeOwn;
}
