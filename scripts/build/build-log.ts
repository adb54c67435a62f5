interface Step {
  readonly name: string;
  readonly lines: string[];
  error?: string;
}

/** How many lines of a failing step are of use. */
const LAST_LINES = 15;

/** Reads what `docker buildx build --progress=plain` prints: which step runs, and what a failing one has said. */
export class BuildLog {
  private readonly steps = new Map<string, Step>();
  private readonly messages: string[] = [];

  /**
   * Takes the next line.
   *
   * @returns the step that it belongs to and what that says; undefined where there is nothing to tell
   */
  add(line: string): { readonly name: string; readonly said?: string } | undefined {
    const [, number, text] = /^#(\d+) (.*)$/.exec(line) ?? [];
    if (number === undefined || text === undefined) {
      const [, message] = /^ERROR: (.*)$/.exec(line) ?? [];
      if (message !== undefined) this.messages.push(message);
      return undefined;
    }
    const step = this.steps.get(number);
    if (step === undefined) {
      this.steps.set(number, { name: text, lines: [] });
      return isInternal(text) ? undefined : { name: text };
    }
    const [, error] = /^ERROR: (.*)$/.exec(text) ?? [];
    if (error !== undefined) step.error = error;
    const [, said] = /^\d+\.\d+ (.*)$/.exec(text) ?? [];
    if (said === undefined || said.trim() === '') return undefined;
    step.lines.push(said);
    return isInternal(step.name) ? undefined : { name: step.name, said: said.trim() };
  }

  /** Of a build that failed: the step that did, why, and the last lines that it has printed. */
  failure(): { readonly step?: string; readonly reason: string; readonly lines: readonly string[] } {
    // Steps that ran beside the failing one are canceled, which is no error of theirs.
    const step = [...this.steps.values()].find(
      ({ error }) => error !== undefined && !error.includes('context canceled'),
    );
    const reason = step?.error ?? this.messages.at(-1) ?? 'it does not say why';
    return {
      ...(step === undefined ? {} : { step: step.name }),
      reason: withoutNoise(reason),
      lines: (step?.lines ?? []).slice(-LAST_LINES),
    };
  }
}

function isInternal(name: string): boolean {
  return name.startsWith('[internal]') || name.startsWith('building with ') || name.startsWith('[auth]');
}

/** What BuildKit's own layers have put before the reason. */
function withoutNoise(reason: string): string {
  return reason
    .replace(
      /^(?:failed to (?:build|solve|create LLB definition|compute cache key|solve with frontend \S+): |rpc error: code = \w+ desc = )+/,
      '',
    )
    .replace(
      /^(?:process|executor failed running) ["[](.*)["\]](?: did not complete successfully)?: (exit code: \d+)$/,
      '$2',
    );
}
