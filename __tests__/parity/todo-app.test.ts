import { programs } from '../../scripts/programs.ts';
import { testLaw } from '../support/law-tests.ts';

testLaw(programs.find(({ name }) => name === 'todo-app')!, { cases: 400, chart: 'dist/todo-app/chart' });
