/** Releases: an image with its labels and bill of materials, from a tagged commit. */

export { type ReleaseOptions, type ReleaseReport, release } from './release.ts';
