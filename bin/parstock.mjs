#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { continueIn } from './modern-node.mjs';

const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
await continueIn(main, process.argv.slice(2));
