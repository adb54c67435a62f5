import { programs } from '../../scripts/programs.ts';
import { testLaw } from '../support/law-tests.ts';

testLaw(programs.find(({ name }) => name === 'todo-app')!, { cases: 200, chart: 'dist/todo-app/chart' });
