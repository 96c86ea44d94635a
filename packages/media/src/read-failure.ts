import { type ErrorCode, SensoriumError } from '@sensorium/contracts';

const statusCodes: Readonly<Record<number, ErrorCode>> = {
  401: 'SENSORIUM_NO_PERMISSION',
  403: 'SENSORIUM_NO_PERMISSION',
  404: 'SENSORIUM_NOT_FOUND',
  410: 'SENSORIUM_NOT_FOUND',
};

/** Of a server's answer that is not the file. */
export const badStatus = (name: string, status: number): SensoriumError =>
  fetchError(name, { message: `the server answered ${status}` }, statusCodes[status]);

interface Trouble {
  readonly message: string;
  readonly hint?: string;
}

/** What the codes of Node's errors, and those of OpenSSL, mean for an address. */
const troubles: readonly (readonly [codes: RegExp, trouble: Trouble])[] = [
  [
    /^ECONNREFUSED$/,
    { message: 'the server refuses connections', hint: 'Check the port, and whether the server is running.' },
  ],
  [/^ENOTFOUND$/, { message: 'there is no host of this name', hint: 'Check how the host is spelt.' }],
  [/^EAI_AGAIN$/, { message: 'its host cannot be looked up now', hint: 'Check the connection to the network.' }],
  [/^(ETIMEDOUT|ESOCKETTIMEDOUT)$/, { message: 'the server does not answer' }],
  [/^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/, { message: 'there is no way to its host' }],
  [/^(ECONNRESET|EPIPE|ECONNABORTED)$/, { message: 'the server broke the connection off' }],
  [/^HPE_/, { message: 'the server does not speak HTTP' }],
  [/^Z_|^ERR__?ERROR_FORMAT|^ERR_BROTLI/, { message: 'what the server sent cannot be decompressed' }],
  [
    /CERT|^UNABLE_TO_|^ERR_TLS_|^ERR_SSL_|^EPROTO$/,
    {
      message: 'no secure connection (TLS) could be made',
      hint: 'Check the certificate of the server, and whether it speaks https at all. Node trusts others by NODE_EXTRA_CA_CERTS.',
    },
  ],
];

/** What broke while an address was read, in words that have no part of the address. */
export function fetchFailure(name: string, cause: unknown): SensoriumError {
  const code = codeOf(cause);
  const trouble = troubles.find(([codes]) => codes.test(code))?.[1] ?? unknownTrouble;
  const shown = code === '' ? trouble.message : `${trouble.message} (${code})`;
  return fetchError(name, { ...trouble, message: shown }, 'SENSORIUM_IO', cause);
}

/** Browsers do not say more, lest pages learn what there is in the network. */
const unknownTrouble: Trouble = {
  message: 'the server cannot be reached, or it does not let this program read it',
  hint: 'Check the address, the connection, and on a page whether the server allows its origin (CORS).',
};

/** Node's fetch hides its reason one level deeper; of several addresses that were tried, the first tells. */
function codeOf(error: unknown): string {
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: readonly unknown[] };
  if (typeof code === 'string' && code !== '') return code;
  const [first] = errors ?? [];
  return typeof (first ?? cause) === 'object' && (first ?? cause) !== null ? codeOf(first ?? cause) : '';
}

export const fetchError = (
  name: string,
  { message, hint }: Trouble,
  code: ErrorCode = 'SENSORIUM_IO',
  cause?: unknown,
): SensoriumError =>
  new SensoriumError({
    code,
    message: `"${name}" could not be fetched: ${message}`,
    hint,
    location: { file: name },
    cause,
  });
