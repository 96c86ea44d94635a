import { behavesAsSession } from '@sensorium/backend-runtime/testing';
import { cpu } from './index.js';

behavesAsSession(cpu);
behavesAsSession(cpu, { threads: 1 });
behavesAsSession(cpu, { isolate: true });
