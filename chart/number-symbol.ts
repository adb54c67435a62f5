import { noteLook } from './looks.ts';
import type { ValueReference } from './reference.ts';

/** A number or quantity that is not known yet: a mark by itself, another inside text, its default as a number. */
export class NumberSymbol {
  constructor(
    readonly reference: ValueReference,
    readonly mark: string,
    readonly digits: string,
    readonly sample: number,
  ) {}

  [Symbol.toPrimitive](hint: string): number | string {
    const self = NumberSymbol.prototype[Symbol.toPrimitive];
    // Text is what a template can make of it. `+` and `==` do not say what they are for.
    if (hint === 'default') noteLook({ ...this.#look, operation: '+ or ==' }, self, false);
    if (hint !== 'number') return this.digits;
    // Libraries check numbers, and that one is not more than another.
    noteLook({ ...this.#look, operation: 'as a number' }, self, false);
    return this.sample;
  }

  toString(radix?: number): string {
    if (radix !== undefined) noteLook({ ...this.#look, operation: '.toString()' }, this.toString, false);
    return this.digits;
  }

  toJSON(): string {
    return this.mark;
  }

  get #look() {
    return { reference: this.reference, always: false, clues: [] };
  }
}

// What a real value could be asked works on the default, and is noted.
for (const prototype of [String.prototype, Number.prototype]) {
  for (const method of Object.getOwnPropertyNames(prototype)) {
    const original = (prototype as unknown as Record<string, unknown>)[method];
    if (typeof original !== 'function' || method === 'valueOf' || Object.hasOwn(NumberSymbol.prototype, method))
      continue;
    function looking(this: NumberSymbol, ...args: unknown[]): unknown {
      noteLook({ reference: this.reference, operation: `.${method}()`, always: false, clues: [] }, looking);
      return Reflect.apply(
        original as () => unknown,
        prototype === String.prototype ? String(this.sample) : this.sample,
        args,
      );
    }
    Object.defineProperty(NumberSymbol.prototype, method, { value: looking });
  }
}
