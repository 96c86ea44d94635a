import { operators } from './record.js';

export const text = operators({
  ImageDecoder: { since: { operator: 20 } },
  RegexFullMatch: { since: { operator: 20 } },
  StringConcat: { since: { operator: 20 } },
  StringNormalizer: {},
  StringSplit: { since: { operator: 20 } },
});
