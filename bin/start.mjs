#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './installation.mjs';
import { continueIn } from './modern-node.mjs';
import { ensurePageBuilt } from './page-build.mjs';

// npm start: from a fresh clone to a running server.
ensureInstalled();
ensurePageBuilt();
const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
await continueIn(main, ['serve', ...process.argv.slice(2)]);
