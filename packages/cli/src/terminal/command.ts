/**
 * The command as the user can type it again. What npm started, by npx or in a script, says so; there the shell does not
 * know the command by itself.
 */
export const command = process.env['npm_command'] === undefined ? 'sensorium' : 'npx sensorium';
