import { programs } from '../../scripts/programs.ts';
import { testLaw } from '../support/law-tests.ts';

testLaw(programs.find(({ name }) => name === 'todo-chatbot')!, { cases: 200, chart: 'dist/todo-chatbot/chart' });
