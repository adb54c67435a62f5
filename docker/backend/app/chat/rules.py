"""An assistant without a language model: it understands a few sentences, and says which.

`parse` turns a sentence into a command; `reply` carries it out.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from pydantic import ValidationError
from sqlalchemy.orm import Session

from app import todos
from app.chat.dates import name_date, read_date, split_date
from app.models import NumberedList, Todo
from app.schemas import NewTodo, Priority, TodoChanges
from app.todos import NothingToUndo, TodoFilter, TodoNotFound

SHOWN = 20

HELP = """I am a simple assistant without a language model. I understand:
• add buy milk tomorrow !high #shopping
  (a day at the end: today, monday, next week, in 3 days, 12 december, 2026-12-01)
• list, show done, show #shopping, show high, find milk
• what is due today, what is due this week, overdue
• done 2, reopen 2, delete 2 (or several: done 1, 3 and 4)
• rename 2 to buy oat milk, move 2 to friday, move 2 to no date
• undo, help
Numbers are those of the list that I showed last in this chat. Instead of a number you can write a part of the title."""


@dataclass(frozen=True)
class Reply:
    text: str
    changed: bool = False


@dataclass(frozen=True)
class Add:
    title: str
    due_date: date | None = None
    priority: Priority = "normal"
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Show:
    heading: str
    wanted: TodoFilter = field(default_factory=TodoFilter)


@dataclass(frozen=True)
class Finish:
    which: str
    done: bool


@dataclass(frozen=True)
class Delete:
    which: str


@dataclass(frozen=True)
class Rename:
    which: str
    title: str


@dataclass(frozen=True)
class Move:
    which: str
    due_date: date | None


@dataclass(frozen=True)
class Undo:
    pass


@dataclass(frozen=True)
class Help:
    pass


@dataclass(frozen=True)
class NotUnderstood:
    why: str


type Command = Add | Show | Finish | Delete | Rename | Move | Undo | Help | NotUnderstood


class Refusal(Exception):
    """Why a command cannot be carried out, as a sentence for the user."""


def parse(text: str, today: date) -> Command:
    text = " ".join(text.split())
    plain = re.sub(r"^please\s+|[.!?]+$", "", text, flags=re.IGNORECASE).strip()
    if match := re.fullmatch(
        r"(?:add|new|create|remind me to)(?:\s+todo:?)?\s+(.+)", re.sub(r"^(?i:please)\s+", "", text), re.I
    ):
        return _parse_add(match[1], today)
    if re.fullmatch(r"undo(?:\s+(?:that|it|the last change|last change))?", plain, re.I):
        return Undo()
    if re.fullmatch(r"help|hello|hi|hey|what can you do|how does this work", plain, re.I):
        return Help()
    if match := re.fullmatch(r"rename\s+(.+?)\s+to\s+(.+)", text, re.I):
        return Rename(match[1], _unquoted(match[2]))
    if match := re.fullmatch(r"(?:move|postpone|reschedule)\s+(.+)\s+to\s+(.+)", plain, re.I):
        return _parse_move(match[1], match[2], today)
    if match := re.fullmatch(r"(?:done|complete|finish|finished|tick off|check off)(?:\s+with)?\s+(.+)", plain, re.I):
        return Finish(match[1], True)
    if match := re.fullmatch(r"(?:reopen|open again|undone)\s+(.+)", plain, re.I):
        return Finish(match[1], False)
    if match := re.fullmatch(r"(?:delete|remove)\s+(.+)", plain, re.I):
        return Delete(match[1])
    return _parse_show(plain, today) or NotUnderstood("I did not understand that.")


def _parse_add(text: str, today: date) -> Command:
    priorities: list[Priority] = []
    tags: list[str] = []
    words: list[str] = []
    for word in text.split():
        if re.fullmatch(r"!(?:low|normal|high)", word, re.I):
            priorities.append(word[1:].lower())  # type: ignore[arg-type]
        elif re.fullmatch(r"#[^#\s,]*[^\W\d_][^#\s,]*", word):  # with a letter: "#1" is no tag
            tags.append(word[1:].lower())
        else:
            words.append(word)
    title, due_date = split_date(" ".join(words), today)
    if not _unquoted(title):
        return NotUnderstood("A todo needs a title, for example: add buy milk tomorrow.")
    return Add(_unquoted(title), due_date, priorities[-1] if priorities else "normal", tuple(dict.fromkeys(tags)))


def _parse_move(which: str, day: str, today: date) -> Command:
    if re.fullmatch(r"no (?:due )?date|no day|never|none", day, re.I):
        return Move(which, None)
    due_date = read_date(re.sub(r"^on\s+", "", day, flags=re.I), today)
    if due_date is None:
        return NotUnderstood(f"I do not know the day “{day}”. I know days such as tomorrow, friday, 12 december.")
    return Move(which, due_date)


def _parse_show(text: str, today: date) -> Show | None:
    if match := re.fullmatch(r"(?:find|search(?: for)?)\s+(.+)", text, re.I):
        words = _unquoted(match[1])
        return Show(f"Todos with “{words}” in the title", TodoFilter(q=words))
    due = r"(?:(?:what(?:'s| is|s)|show|list)\s+)?(?:due\s+)?(?:on\s+|for\s+)?(.+)"
    asked = re.fullmatch(due, re.sub(r"\b(?:all|my|the|todos?|tasks?|ones)\b|\?", " ", text, flags=re.I).strip(), re.I)
    what = " ".join(asked[1].split()).lower() if asked else ""
    if re.fullmatch(r"(?:list|show|what is open|what's open|open|show open|list open)?", what) and re.match(
        r"list|show|what|open|todos|my", text, re.I
    ):
        if re.search(r"\ball\b", text, re.I):
            return Show("All your todos")
        return Show("Your open todos", TodoFilter(status="open"))
    match what:
        case "done" | "finished" | "completed":
            return Show("What is done", TodoFilter(status="done"))
        case "overdue" | "late":
            return Show("Overdue", TodoFilter.due_within("overdue", today))
        case "this week" | "week" | "due" | "next 7 days":
            return Show("Due today or in the six days after", TodoFilter.due_within("week", today, status="open"))
        case "high" | "low" | "normal" | "!high" | "!low" | "!normal":
            priority: Priority = what.removeprefix("!")  # type: ignore[assignment]
            return Show(f"Open, of {priority} priority", TodoFilter(status="open", priority=priority))
        case "without date" | "no date":
            return Show("Open, without a date", TodoFilter.due_within("none", today, status="open"))
    if match := re.fullmatch(r"#(\S+)", what):
        return Show(f"Open, with #{match[1]}", TodoFilter(status="open", tag=match[1]))
    day = read_date(what, today)
    if day is not None:
        return Show(f"Due {name_date(day, today)}", TodoFilter(status="open", due_from=day, due_to=day))
    return None


def reply(session: Session, user_id: int, text: str, today: date) -> Reply:
    try:
        return _Conversation(session, user_id, today).carry_out(parse(text, today))
    except Refusal as refusal:
        return Reply(str(refusal))
    except ValidationError as error:
        problem = error.errors()[0]
        return Reply(
            f"That does not work: the {problem['loc'][0] if problem['loc'] else 'todo'} is not as it may be "
            f"({problem['msg'][0].lower()}{problem['msg'][1:]})."
        )


class _Conversation:
    """Carries out commands for one user. Numbers stay what they are until the next list is shown."""

    def __init__(self, session: Session, user_id: int, today: date) -> None:
        self._session = session
        self._user_id = user_id
        self._today = today

    def carry_out(self, command: Command) -> Reply:
        match command:
            case Add():
                return self._add(command)
            case Show():
                return self._show(command)
            case Finish(which, done):
                said = "Done" if done else "Open again"
                return self._change_each(which, said, TodoChanges(done=done))
            case Delete(which):
                deleted = [todos.delete_todo(self._session, self._user_id, todo.id) for todo in self._find(which)]
                return Reply(f"Deleted: {_titles(deleted)}. Write “undo” to get {_it(deleted)} back.", changed=True)
            case Rename(which, title):
                todo = self._find_one(which)
                changes = TodoChanges(title=NewTodo(title=title).title)
                old = todo.title
                todos.change_todo(self._session, self._user_id, todo.id, changes)
                return Reply(f"Renamed “{old}” to “{changes['title']}”.", changed=True)
            case Move(which, due_date):
                said = "Without a date now" if due_date is None else f"Now due {name_date(due_date, self._today)}"
                return self._change_each(which, said, TodoChanges(due_date=due_date))
            case Undo():
                return self._undo()
            case Help():
                return Reply(HELP)
            case NotUnderstood(why):
                return Reply(f"{why}\n\n{HELP}")

    def _add(self, command: Add) -> Reply:
        new = NewTodo(
            title=command.title, due_date=command.due_date, priority=command.priority, tags=list(command.tags)
        )
        numbered = self._numbered()
        todo = todos.add_todo(self._session, self._user_id, new)
        self._number([*numbered, todo.id])
        return Reply(f"Added as number {len(numbered) + 1}: {self._describe(todo)}", changed=True)

    def _show(self, command: Show) -> Reply:
        found, total = todos.list_todos(
            self._session, self._user_id, command.wanted, sort=_sort_for(command.wanted), page_size=SHOWN
        )
        if not found:
            return Reply(f"{command.heading}: nothing.")
        self._number([todo.id for todo in found])
        lines = [f"{number}. {self._describe(todo)}" for number, todo in enumerate(found, 1)]
        if total > SHOWN:
            lines.append(f"… and {total - SHOWN} more.")
        return Reply(f"{command.heading} ({total}):\n" + "\n".join(lines))

    def _change_each(self, which: str, said: str, changes: TodoChanges) -> Reply:
        changed = [todos.change_todo(self._session, self._user_id, todo.id, changes) for todo in self._find(which)]
        return Reply(f"{said}: {_titles(changed)}.", changed=True)

    def _undo(self) -> Reply:
        try:
            undone = todos.undo(self._session, self._user_id)
        except NothingToUndo:
            return Reply("There is nothing to undo.")
        said = {"removed": "is removed again", "restored": "is back", "changed back": "is as it was before"}
        lines = [f"“{one.title}” {said[one.what]}." for one in undone]
        return Reply("\n".join(lines) or "That change is gone already.", changed=True)

    def _find(self, which: str) -> list[Todo]:
        """The todos that are meant by "2", "1, 3 and 4", or a part of a title."""
        if re.fullmatch(r"(?:numbers?\s+)?\d+(?:(?:\s*,\s*and\s+|\s*,\s*|\s+and\s+|\s+)\d+)*", which, re.I):
            numbers = dict.fromkeys(int(number) for number in re.findall(r"\d+", which))
            return [self._todo_with_number(number) for number in numbers]
        return [self._todo_titled(_unquoted(which))]

    def _find_one(self, which: str) -> Todo:
        found = self._find(which)
        if len(found) > 1:
            raise Refusal("One at a time, please.")
        return found[0]

    def _todo_with_number(self, number: int) -> Todo:
        numbered = self._numbered()
        if not 1 <= number <= len(numbered):
            raise Refusal(
                f"There is no number {number} in the list that I showed last. Write “list” to see the numbers."
            )
        try:
            return todos.get_todo(self._session, self._user_id, numbered[number - 1])
        except TodoNotFound as error:
            raise Refusal(f"Number {number} does not exist any more. Write “list” to see what there is.") from error

    def _todo_titled(self, words: str) -> Todo:
        found, total = todos.list_todos(self._session, self._user_id, TodoFilter(q=words), page_size=SHOWN)
        exact = [todo for todo in found if todo.title.lower() == words.lower()]
        if len(exact) == 1:
            return exact[0]
        if not found:
            raise Refusal(f"There is no todo with “{words}” in its title. Write “list” to see what there is.")
        if total > 1:
            self._number([todo.id for todo in found])
            lines = [f"{number}. {self._describe(todo)}" for number, todo in enumerate(found, 1)]
            raise Refusal("Which one? Use its number:\n" + "\n".join(lines))
        return found[0]

    def _numbered(self) -> list[int]:
        """Ids in the order of their numbers: of the last list, or of the open todos when none was shown yet."""
        saved = self._session.get(NumberedList, self._user_id)
        if saved is not None:
            return saved.todo_ids
        found, _ = todos.list_todos(self._session, self._user_id, TodoFilter(status="open"), page_size=SHOWN)
        return [todo.id for todo in found]

    def _number(self, todo_ids: list[int]) -> None:
        self._session.merge(NumberedList(user_id=self._user_id, todo_ids=todo_ids))
        self._session.flush()

    def _describe(self, todo: Todo) -> str:
        parts = [todo.title]
        if todo.due_date is not None:
            parts.append(f"({name_date(todo.due_date, self._today)})")
        if todo.priority != "normal":
            parts.append(f"!{todo.priority}")
        parts += [f"#{tag}" for tag in todo.tags]
        if todo.done:
            parts.append("✓")
        return " ".join(parts)


def _sort_for(wanted: TodoFilter) -> todos.Sort:
    return "due" if wanted.due_from is not None or wanted.due_to is not None else "created"


def _titles(found: list[Todo]) -> str:
    return ", ".join(f"“{todo.title}”" for todo in found)


def _it(found: list[Todo]) -> str:
    return "it" if len(found) == 1 else "them"


def _unquoted(text: str) -> str:
    text = text.strip()
    pairs = {'"': '"', "'": "'", "“": "”"}
    return text[1:-1].strip() if len(text) > 1 and pairs.get(text[0]) == text[-1] else text
