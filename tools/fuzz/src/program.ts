// The process in which inputs are read.
import { serve } from './process/serve.js';
import { targets } from './targets/index.js';

serve(targets);
