#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { continueIn } from './modern-node.mjs';

// Node strips no types below node_modules: installed as a package, the compiled program runs.
const installed = import.meta.url.includes('/node_modules/');
const main = installed ? '../dist/cli/main.js' : '../src/cli/main.ts';
await continueIn(fileURLToPath(new URL(main, import.meta.url)), process.argv.slice(2));
