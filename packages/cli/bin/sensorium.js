#!/usr/bin/env node
// Not built: npm links a command only if its file is there when it installs, which is before the first build.
import process from 'node:process';
import { main } from '../dist/index.js';

process.exitCode = await main(process.argv.slice(2));
