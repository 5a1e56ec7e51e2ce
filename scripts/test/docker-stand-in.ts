// A program that stands where Docker is looked for. It is a module, as the repository in whose copy it is is one.
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Tells the rehearsal its words and its standard input, and ends with the exit code that it is told. */
const DOCKER = `
import { text } from 'node:stream/consumers';
const words = process.argv.slice(2);
const input = await text(process.stdin);
const response = await fetch(process.env.DOCKER_STAND_IN_URL, {
  method: 'POST',
  headers: { 'x-amz-target': 'Docker.' + words.slice(0, words[0] === 'buildx' ? 2 : 1).join(' ') },
  body: JSON.stringify({ words, input }),
});
const { output = '', exitCode = 1 } = await response.json();
process.stderr.write(output);
process.exitCode = exitCode;`;

/** @param folder to be first in PATH */
export function installDocker(folder: string): void {
  writeProgram(join(folder, 'docker'), DOCKER);
}

function writeProgram(path: string, source: string): void {
  writeFileSync(path, `#!${process.execPath}\n${source}\n`);
  chmodSync(path, 0o755);
}
