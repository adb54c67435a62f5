import { join, relative, sep } from 'node:path';
import {
  type CallExpression,
  getTokenAtPosition,
  isCallExpression,
  isNewExpression,
  isPropertyAssignment,
  isShorthandPropertyAssignment,
  type NewExpression,
  type Node,
  type PropertyAssignment,
  type ShorthandPropertyAssignment,
} from 'typescript/unstable/ast';
import { API, type Checker, type Project, type Symbol as TsSymbol, type Type } from 'typescript/unstable/sync';
import { ChartError } from '../errors.ts';
import type { Frame } from './provenance.ts';

/** A line of the program's source. */
export interface SourceLine {
  /** Path below the project's root, with slashes. */
  readonly file: string;
  readonly line: number;
  /** The line without the spaces around it. */
  readonly text: string;
}

/** A key that is written in an object literal. */
export type WrittenKey = PropertyAssignment | ShorthandPropertyAssignment;

/** The program's source as TypeScript understands it. */
export class SourceProject {
  readonly #api: API;
  readonly #project: Project;

  /**
   * @param root the directory of tsconfig.json
   * @throws ChartError when TypeScript cannot be started, or finds no project there
   */
  constructor(private readonly root: string) {
    const config = join(root, 'tsconfig.json');
    try {
      this.#api = new API({ cwd: root });
      this.#project = this.#api.updateSnapshot({ openProjects: [config] }).getProject(config)!;
    } catch (cause) {
      throw new ChartError(
        `unable to read ${config} with TypeScript: ${(cause as Error).message}; run npm ci, with dev dependencies`,
        { cause },
      );
    }
  }

  get checker(): Checker {
    return this.#project.checker;
  }

  /** Ends TypeScript's process. */
  close(): void {
    this.#api.close();
  }

  /** What a module exports under a name. */
  exported(file: string, name: string): TsSymbol | undefined {
    const source = this.#project.program.getSourceFile(join(this.root, file));
    const module = source && this.checker.getSymbolAtLocation(source);
    return module && this.checker.getExportsOfModule(module).find((each) => each.name === name);
  }

  /** The call that was under way. */
  callAt({ file, line, column }: Frame): CallExpression | NewExpression | undefined {
    const source = this.#project.program.getSourceFile(file);
    const start = source?.getLineStarts()[line - 1];
    if (source === undefined || start === undefined) return undefined;
    for (let node = getTokenAtPosition(source, start + column - 1); node !== undefined; node = node.parent)
      if (isCallExpression(node) || isNewExpression(node)) return node;
    return undefined;
  }

  /** The type of a type's property, and where its key is written. */
  property(type: Type, key: string): { type: Type; keys: WrittenKey[] } | undefined {
    const symbol = this.checker.getPropertyOfType(type, key);
    const found = symbol && this.checker.getTypeOfSymbol(symbol);
    if (symbol === undefined || found === undefined) return undefined;
    const nodes = symbol.declarations.map((declaration) => declaration.resolve());
    const keys = nodes.filter(
      (node): node is WrittenKey =>
        node !== undefined && (isPropertyAssignment(node) || isShorthandPropertyAssignment(node)),
    );
    return { type: found, keys: keys.length === nodes.length ? keys : [] };
  }

  /** The same for the keys of an object that is built: those of a schema, which the types of values lead to, only declare. */
  written(type: Type, key: string): { type: Type; keys: WrittenKey[] } | undefined {
    const property = this.property(type, key);
    return property && { ...property, keys: property.keys.some((each) => this.#declares(each)) ? [] : property.keys };
  }

  #declares(key: WrittenKey): boolean {
    const type = isPropertyAssignment(key) ? this.checker.getTypeAtLocation(key.initializer) : undefined;
    return type !== undefined && this.checker.getPropertyOfType(type, '_zod') !== undefined;
  }

  lineOf(node: Node): SourceLine {
    const source = node.getSourceFile();
    return this.#line(source.fileName, source.getLineAndCharacterOfPosition(node.getStart(source)).line, source.text);
  }

  lineOfFrame({ file, line }: Frame): SourceLine {
    return this.#line(file, line - 1, this.#project.program.getSourceFile(file)?.text ?? '');
  }

  #line(file: string, index: number, text: string): SourceLine {
    return {
      file: relative(this.root, file).split(sep).join('/'),
      line: index + 1,
      text: text.split('\n')[index]?.trim() ?? '',
    };
  }
}
