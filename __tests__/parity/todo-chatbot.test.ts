import { programs } from '../../scripts/programs.ts';
import { testLaw } from '../support/law-tests.ts';

testLaw(programs.find(({ name }) => name === 'todo-chatbot')!, { cases: 400, chart: 'dist/todo-chatbot/chart' });
