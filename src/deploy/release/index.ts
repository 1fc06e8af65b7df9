/** Releases: an image with its labels and bill of materials, from a tagged commit. */

export { type ReleaseReport, release } from './release.ts';
