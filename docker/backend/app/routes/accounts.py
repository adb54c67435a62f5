"""Sign-up, log-in, log-out."""

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app import auth
from app.auth import CurrentUser
from app.models import User
from app.routes.problems import problems
from app.schemas import LogIn, SignUp, UserOut

router = APIRouter(prefix="/api/auth", tags=["accounts"])


@router.post("/sign-up", status_code=201, responses=problems(400, 403, 409, 413, 415, 503))
async def sign_up(new: SignUp, request: Request, response: Response) -> UserOut:
    password_hash = await request.app.state.passwords.hash(new.password)

    def save() -> tuple[User, str]:
        with request.app.state.database.session() as session:
            user = User(email=new.email, name=new.name or new.email.split("@")[0][:100], password_hash=password_hash)
            session.add(user)
            session.flush()
            return user, auth.start_session(session, user)

    try:
        user, session_id = await run_in_threadpool(save)
    except IntegrityError as error:
        raise HTTPException(409, "Somebody has signed up with this email already.") from error
    request.app.state.cookies.set(request, response, session_id)
    return UserOut.model_validate(user)


@router.post("/log-in", responses=problems(400, 401, 403, 413, 415, 429, 503))
async def log_in(login: LogIn, request: Request, response: Response) -> UserOut:
    database, passwords = request.app.state.database, request.app.state.passwords
    address = request.client.host if request.client else ""

    def find() -> tuple[User | None, int]:
        with database.session() as session:
            wait = auth.count_attempt(session, login.email, address)
            return session.scalar(select(User).where(User.email == login.email)), wait

    user, wait = await run_in_threadpool(find)
    if wait > 0:
        minutes = max(1, round(wait / 60))
        detail = f"Too many attempts to log in. Try again in {minutes} {'minute' if minutes == 1 else 'minutes'}."
        raise HTTPException(429, detail, {"Retry-After": str(wait)})
    if not await passwords.verify(login.password, user and user.password_hash) or user is None:
        raise HTTPException(401, "Email or password is wrong.")
    new_hash = await passwords.hash(login.password) if passwords.is_outdated(user.password_hash) else None

    def start() -> str:
        with database.session() as session:
            auth.forget_attempts(session, login.email, address)
            if new_hash is not None:
                session.merge(user).password_hash = new_hash
            return auth.start_session(session, user)

    request.app.state.cookies.set(request, response, await run_in_threadpool(start))
    return UserOut.model_validate(user)


@router.post("/log-out", status_code=204, responses=problems(403, 413, 415, 503))
def log_out(request: Request, response: Response) -> None:
    session_id = request.app.state.cookies.read(request)
    if session_id is not None:
        with request.app.state.database.session() as session:
            auth.end_session(session, session_id)
    request.app.state.cookies.delete(request, response)


@router.get("/session", responses=problems(401, 503))
def session(user: CurrentUser) -> UserOut:
    return UserOut.model_validate(user)
