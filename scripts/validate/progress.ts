/** Tells what goes on: on a terminal in one line that is written over, elsewhere line by line. */
export class Progress {
  readonly #isLive = process.stdout.isTTY === true;
  #last = '';

  /** @param isSilent whether nothing is told, because stdout is for machines */
  constructor(private readonly isSilent: boolean) {}

  tell(line: string): void {
    if (this.isSilent || line === this.#last) return;
    this.#last = line;
    if (this.#isLive) process.stdout.write(`\r\x1b[K  ${line.slice(0, (process.stdout.columns ?? 80) - 3)}`);
    else console.log(`  ${line}`);
  }

  /** Lines that stay. */
  print(lines: readonly string[]): void {
    if (this.isSilent) return;
    this.end();
    console.log(lines.join('\n'));
  }

  /** Takes the line away. */
  end(): void {
    if (this.#isLive && !this.isSilent && this.#last !== '') process.stdout.write('\r\x1b[K');
    this.#last = '';
  }
}
