import { findingsText } from '../support/findings-text.ts';
import { recorded } from '../support/recorded.ts';

test('names a host in DATABASE_URL that does not exist', async () => {
  const text = findingsText(await recorded('database-host', 15));

  expect(text).toBe(`DatabaseUnavailable: Pod/web-7974cd5646-7hh6d container web
fatal, certain, blocks Deployment/web
DATABASE_URL names the host 'todo-database', which does not exist
> log of web: The database cannot be reached: failed to resolve host 'todo-database': [Errno -3] Temporary failure in name resolution
so: Pod/web-7974cd5646-7hh6d: readiness probe of container web fails: GET /api/health on port 8000 answers 503, expected 200 to 399
fix: correct DATABASE_URL: kubectl --namespace demo edit secret todo-db-secret
fix: kubectl --namespace demo rollout restart deployment web
check: kubectl --namespace demo logs web-7974cd5646-7hh6d --container web
`);
});

test('finds a wrong password in the log of the database, as the backend said earlier only that it was away', async () => {
  const text = findingsText(await recorded('database-password', 15));

  expect(text).toBe(`DatabaseUnavailable: Pod/web-7974cd5646-ll67s container web
fatal, certain, blocks Deployment/web
the database does not accept the password of user 'todo' in DATABASE_URL
> log of web: The database cannot be reached: connection failed: connection to server at "10.96.0.7", port 5432 failed: Connection refused
> log of postgres: 2026-11-21 10:46:54.871 UTC [345] FATAL: password authentication failed for user "todo"
so: Pod/web-7974cd5646-ll67s: readiness probe of container web fails: GET /api/health on port 8000 answers 503, expected 200 to 399
fix: correct DATABASE_URL: kubectl --namespace demo edit secret todo-db-secret
fix: kubectl --namespace demo rollout restart deployment web
fix: Postgres keeps the password of its first start: a new one in the Secret does not change it
check: kubectl --namespace demo logs web-7974cd5646-ll67s --container web
`);
});

test('names a database that does not exist', async () => {
  const text = findingsText(await recorded('database-name', 15));

  expect(text).toBe(`DatabaseUnavailable: Pod/web-7974cd5646-sznz8 container web
fatal, certain, blocks Deployment/web
DATABASE_URL names the database 'todos', which does not exist
> log of web: The database cannot be reached: connection failed: connection to server at "10.96.0.7", port 5432 failed: Connection refused
> log of postgres: 2026-11-21 10:46:52.713 UTC [302] FATAL: database "todos" does not exist
so: Pod/web-7974cd5646-sznz8: readiness probe of container web fails: GET /api/health on port 8000 answers 503, expected 200 to 399
fix: correct DATABASE_URL: kubectl --namespace demo edit secret todo-db-secret
fix: kubectl --namespace demo rollout restart deployment web
check: kubectl --namespace demo logs web-7974cd5646-sznz8 --container web
`);
});

test('names the wrong kind of database', async () => {
  const text = findingsText(await recorded('database-url-scheme', 15));

  expect(text).toBe(`CrashLoopBackOff: Pod/web-7974cd5646-gmpgj container web
fatal, certain, blocks Deployment/web
container web crashes with exit code 1; DATABASE_URL begins with mysql://; expected postgresql or sqlite
> container state: ended 2 times, last with exit code 1 (Error), after 3 s
> log: database_url=_database_url(given),
> log: ~~~~~~~~~~~~~^^^^^^^
> log: File "/app/app/settings.py", line 49, in _database_url
> log: raise ValueError(f"DATABASE_URL is for {url.get_backend_name()!r}; expected postgresql or sqlite")
> log: ValueError: DATABASE_URL is for 'mysql'; expected postgresql or sqlite
fix: correct DATABASE_URL in the Secret: postgresql://USER:PASSWORD@HOST:5432/DATABASE
check: kubectl --namespace demo logs web-7974cd5646-gmpgj --container web
`);
});

test('names a DATABASE_URL that cannot be read', async () => {
  const text = findingsText(await recorded('database-url-text', 15));

  expect(text).toBe(`CrashLoopBackOff: Pod/web-7974cd5646-zkcxw container web
fatal, certain, blocks Deployment/web
container web crashes with exit code 1; DATABASE_URL is no address of a database
> container state: ended 2 times, last with exit code 1 (Error), after 2 s
> log: File "/opt/venv/lib/python3.13/site-packages/sqlalchemy/engine/url.py", line 969, in _parse_url
> log: raise exc.ArgumentError(
> log: "Could not parse SQLAlchemy URL from given URL string"
> log: )
> log: sqlalchemy.exc.ArgumentError: Could not parse SQLAlchemy URL from given URL string
fix: correct DATABASE_URL in the Secret: postgresql://USER:PASSWORD@HOST:5432/DATABASE
check: kubectl --namespace demo logs web-7974cd5646-zkcxw --container web
`);
});
