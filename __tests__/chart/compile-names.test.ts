import { z } from 'zod';
import { addConfig, configOf, dataOf, expectParity, plainText, programOf } from '../support/small-program.ts';

expect.addSnapshotSerializer(plainText);

test("values named as methods of Helm's own type are the values", async () => {
  const shape = {
    YAML: z.boolean().default(false),
    AsMap: z.record(z.string(), z.string()).default({}),
    Table: z.number().int().default(1),
    Encode: z.strictObject({ a: z.string().nullable().default(null) }).prefault({}),
    PathValue: z.array(z.string()).default([]),
  };
  const program = programOf(
    shape,
    (chart, { YAML, AsMap, Table, Encode, PathValue }) =>
      addConfig(chart, 'config', {
        encode: Encode.a ?? 'none',
        map: AsMap,
        path: PathValue.map((item) => `-${item}`),
        table: YAML ? `${Table}` : 'none',
      }),
    { rules: [{ left: 'Table', op: '<', right: 100, message: 'it is small' }] },
  );

  expect(dataOf(program)).toMatchInlineSnapshot(`
    {{- if not (kindIs "invalid" (index .Values "Encode").a) }}
    encode: {{ (index .Values "Encode").a | quote }}
    {{- else }}
    encode: none
    {{- end }}
    {{- if index .Values "AsMap" }}
    map:
      {{- range $key, $value := index .Values "AsMap" }}
      {{ $key | quote }}: {{ $value | quote }}
      {{- end }}
    {{- else }}
    map: {}
    {{- end }}
    {{- if index .Values "PathValue" }}
    path:
      {{- range $PathValueItem := index .Values "PathValue" }}
      - {{ printf "-%s" $PathValueItem | quote }}
      {{- end }}
    {{- else }}
    path: []
    {{- end }}
    {{- if index .Values "YAML" }}
    table: {{ index .Values "Table" | toJson | quote }}
    {{- else }}
    table: none
    {{- end }}
  `);
  await expectParity(program, [{}, { YAML: true, AsMap: { a: 'b' }, Table: 7, Encode: { a: 'q' }, PathValue: ['x'] }]);
});

test('deeper they are keys like any other', async () => {
  const below = z.object({ Table: z.string().default('x') }).prefault({});
  const program = configOf({ below, Values: below }, ({ below: plain, Values }) => ({
    plain: plain.Table,
    values: Values.Table,
  }));

  expect(dataOf(program)).toMatchInlineSnapshot(`
    plain: {{ .Values.below.Table | quote }}
    values: {{ .Values.Values.Table | quote }}
  `);
  await expectParity(program, [{}, { below: { Table: 'y' }, Values: { Table: 'z' } }]);
});
