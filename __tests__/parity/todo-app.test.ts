import { programs } from '../../scripts/programs.ts';
import { testParity } from '../support/parity-tests.ts';

testParity(programs.find(({ name }) => name === 'todo-app')!, 'dist/todo-app/chart');
