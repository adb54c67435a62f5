const SIGNALS: Readonly<Record<number, string>> = {
  4: 'SIGILL: it uses instructions that this processor does not have',
  6: 'SIGABRT: it ended itself after an error that it found',
  7: 'SIGBUS: it used memory that is not there',
  8: 'SIGFPE: it calculated what cannot be',
  9: 'SIGKILL: killed, neither for its memory limit nor by a probe; something in the container or on the node did it',
  11: 'SIGSEGV: a segmentation fault',
  13: 'SIGPIPE: it wrote to what nobody reads any more',
  15: 'SIGTERM: it was asked to end',
};

/** What an exit code says, in words; undefined for those that each program has its own meaning for. */
export function exitMeaning(code: number): string | undefined {
  if (code === 0) return 'it ends by itself, without an error; a container of a Deployment has to go on';
  if (code === 126) return 'its command may not be executed';
  if (code === 127) return 'its command, or a program that it calls, is not in the image';
  return SIGNALS[code - 128] ?? (code > 128 && code < 160 ? `ended by signal ${code - 128}` : undefined);
}
