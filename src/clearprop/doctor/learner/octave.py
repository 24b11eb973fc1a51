"""An Octave function, such as the course's ``nnCostFunction.m``, in a process of its own.

Octave runs a small script. It waits for request files, because Octave's ``fgetl(stdin)`` answers
only when the pipe is closed. It evaluates the literals in a request, calls the function, and writes
the answer into a file. Then it prints a line with a token, so that the parent can tell this line
from those that the learner's code prints. The line also says how many CPU seconds the answers took.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from clearprop.doctor.learner.calling import Returned
from clearprop.doctor.learner.child import MEMORY_LIMIT, ChildProcess
from clearprop.doctor.learner.names import is_cost
from clearprop.doctor.learner.octave_code import definitions, functions_of, literal, translated
from clearprop.doctor.learner.problems import Problem
from clearprop.doctor.learner.raised import Raised, harmless
from clearprop.doctor.learner.supervised import Ended
from clearprop.doctor.learner.survey import Function, Survey
from clearprop.doctor.learner.wire import MOST_BYTES, TooLargeError
from clearprop.errors import ParameterError, nearest

__all__ = ["OctaveProcess"]

_SCRIPT = """\
1;
function put(reply, value)
  if iscell(value)
    fprintf(reply, 'cell %d\\n', numel(value));
    for k = 1:numel(value), put(reply, value{{k}}); end
  elseif isstruct(value) && numel(value) == 1
    names = fieldnames(value);
    fprintf(reply, 'struct %d\\n', numel(names));
    for k = 1:numel(names)
      fprintf(reply, '%s\\n', names{{k}}); put(reply, value.(names{{k}}));
    end
  elseif numel(value) > {largest}
    fprintf(reply, 'large\\n');
  elseif (isnumeric(value) || islogical(value)) && isreal(value)
    value = full(double(value));
    fprintf(reply, 'matrix %d %d', rows(value), prod(size(value)(2:end)));
    fprintf(reply, ' %.17g', value); fprintf(reply, '\\n');
  else
    fprintf(reply, 'text %s\\n', class(value));
  end
end
function returned = answer(request)
  eval(fileread(request));
end
warning('off', 'all'); more off; started = tic;
addpath('{work}/quiet'); addpath('{folder}');
try, failed = []; source('{work}/learner.m'); catch failed, end
fprintf('\\n{token} 0\\n'); fflush(stdout);
spent = 0;
for request = 1:100000
  n = int2str(request);
  while isempty(stat(['{work}/request-' n]))
    if isempty(stat('{work}')) || toc(started) > {seconds}, exit; end
    builtin('pause', 0.002);
  end
  reply = fopen(['{work}/reply-' n], 'w');
  began = builtin('cputime');
  try
    if ! isempty(failed), rethrow(failed); end
    returned = answer(['{work}/request-' n]);
    fprintf(reply, 'value\\n');
    put(reply, returned);
  catch err
    fprintf(reply, 'error\\n%s\\n', strrep(err.message, "\\n", ' '));
    for k = 1:numel(err.stack)
      fprintf(reply, '%s\\t%d\\t%s\\n', err.stack(k).file, err.stack(k).line, err.stack(k).name);
    end
  end
  fclose(reply);
  spent += builtin('cputime') - began;
  fprintf('\\n{token} %g\\n', spent); fflush(stdout);
end
"""

# Functions that would draw, ask or wait. In a diagnosis they do nothing and return nothing.
_QUIET = (
    *("figure", "plot", "plot3", "surf", "mesh", "contour", "hist", "bar", "imagesc", "imshow"),
    *("axis", "hold", "xlabel", "ylabel", "zlabel", "title", "legend", "colormap", "colorbar"),
    *("subplot", "print", "saveas", "close", "clf", "drawnow", "waitbar", "scatter", "line"),
    *("input", "keyboard", "pause", "kbhit", "sleep", "usleep", "msgbox", "errordlg", "inputdlg"),
)
_QUIETLY = "function varargout = {name}(varargin)\n  varargout = cell(1, nargout);\nend\n"

_MOST = 3 * MOST_BYTES  # characters of a reply; what is cut cannot be read


class OctaveProcess(ChildProcess):
    """The functions of an ``.m`` file, as a :class:`~clearprop.doctor.learner.calling.Callee`.

    Raises
    ------
    ParameterError
        Where there is no ``octave`` on the PATH, or no such function in the file or beside it.
    """

    octave = True

    def __init__(
        self,
        path: Path,
        entry: str,
        time_limit: float = 30.0,
        memory_limit: int = MEMORY_LIMIT,
    ) -> None:
        if shutil.which("octave-cli") is None and shutil.which("octave") is None:
            raise ParameterError(Problem(path, "no-octave"))
        functions = {f.name: f for f in functions_of(_code_of(path))}
        if entry == path.stem and entry not in functions and functions:
            entry = ""  # a script, or a file that was given another name
        for name in filter(None, map(str.strip, entry.split(","))):
            beside = path.with_name(f"{name}.m")
            if name not in functions and beside.is_file():
                functions |= {f.name: f for f in functions_of(_code_of(beside))[:1]}
            if name not in functions:
                listed, near = ", ".join(functions) or "-", nearest(name, functions)
                raise ParameterError(
                    Problem(path, "no-octave-function", name=name, there=listed, near=near)
                )
        if entry in functions and (returns := _too_little(functions[entry])) is not None:
            raise ParameterError(Problem(path, "octave-returns", name=entry, returns=returns))
        self._functions = functions
        self._token = f"clearprop-{secrets.token_hex(8)}"
        self._count = 0
        super().__init__(path, entry, time_limit, memory_limit)

    def _command(self) -> Sequence[str]:
        quiet = Path(self._folder.name) / "quiet"
        quiet.mkdir()
        for name in _QUIET:
            (quiet / f"{name}.m").write_text(_QUIETLY.format(name=name), encoding="ascii")
        own = definitions(_code_of(self.path))
        (Path(self._folder.name) / "learner.m").write_text(own, encoding="utf-8")
        script = Path(self._folder.name) / "runner.m"
        script.write_text(
            _SCRIPT.format(
                folder=_quoted(self.path.resolve().parent),
                work=_quoted(self._folder.name),
                token=self._token,
                largest=MOST_BYTES // 8,
                seconds=self.time_limit,
            ),
            encoding="utf-8",
        )
        program = shutil.which("octave-cli") or "octave"
        return [program, "--quiet", "--no-gui", "--norc", "--no-history", str(script)]

    def _where(self, asking: bool) -> tuple[str, int, str]:
        return str(self.path), 0, ""  # Octave does not say

    def _greet(self) -> None:
        self.survey = Survey(tuple(self._functions.values()), values="octave")
        self._process.close_input()
        self._answered()

    def call(self, arguments: Mapping[str, Any], values: str, adapter: str) -> Returned | Raised:
        """Call an adapter, which is said in Octave."""
        if self.broken is not None:
            return self.broken
        self._count += 1
        outputs = {name: len(f.returns) for name, f in self._functions.items()}
        body = translated(adapter, outputs)
        if body is None:
            return Raised("Signature", "the adapter cannot be said in Octave")
        given = [f"{name} = {literal(value)};\n" for name, value in arguments.items()]
        request = "".join(given) + body
        folder, n = Path(self._folder.name), str(self._count)
        written = folder / "written"
        written.write_text(request, encoding="ascii")
        written.rename(folder / f"request-{n}")  # Octave sees the whole file or none
        if (broken := self._answered()) is not None:
            return broken
        with open(folder / f"reply-{n}", encoding="utf-8", errors="replace") as file:
            text = file.read(_MOST)
        (folder / f"reply-{n}").unlink()
        return self._reply(text)

    def _answered(self) -> Raised | None:
        """Wait until the script has come up, or has written an answer."""
        token = f"{self._token} ".encode()
        try:
            while not (line := self._process.exchange(b"")).startswith(token):
                pass  # the learner's own prints
            self.cpu_seconds = float(line.removeprefix(token))
        except Ended as end:
            return self._break(self._said(end))
        except ValueError:
            return self._break(self._garbled())
        return None

    def _reply(self, text: str) -> Returned | Raised:
        kind, _, rest = text.partition("\n")
        if kind == "error":
            message, *stack = rest.splitlines()
            return self._error(message, stack)
        try:
            return Returned(_value(iter(rest.splitlines())))
        except TooLargeError:
            return Raised.said("ReturnValue", "too-large", most=f"{MOST_BYTES // 10**6}")
        except (ValueError, StopIteration, RecursionError):
            return self._break(self._garbled())

    def _error(self, message: str, stack: list[str]) -> Raised:
        own, copy = self.path.resolve().parent, str(Path(self._folder.name) / "learner.m")
        message = message.replace(copy, str(self.path))
        for entry in stack:
            file, line, name = [*entry.split("\t"), "", ""][:3]
            path = Path(file) if file else own / f"{name.split('>')[0]}.m"
            if file == copy or name in self._functions:
                path = self.path
            if path.is_file() and path.resolve().parent == own and line.isdigit():
                lines = _code_of(path).splitlines()
                code = lines[int(line) - 1].strip() if int(line) <= len(lines) else ""
                return Raised("OctaveError", message, str(path), int(line), code)
        return Raised("OctaveError", message)


def _code_of(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def _too_little(function: Function) -> str | None:
    """What a function returns, where that is no gradient."""
    names = function.returns
    if len(names) > 1 or (names and not is_cost(names[0])):
        return None
    return " ".join(names) or "-"


def _quoted(path: Path | str) -> str:
    return str(path).replace("'", "''")


def _value(lines: Iterator[str]) -> Any:
    """What Octave has put into a reply."""
    kind, _, rest = next(lines).partition(" ")
    if kind == "cell":
        return [_value(lines) for _ in range(int(rest))]
    if kind == "struct":
        return {harmless(next(lines), 80): _value(lines) for _ in range(int(rest))}
    if kind == "large":
        raise TooLargeError
    if kind != "matrix":
        return rest
    rows, columns, *numbers = rest.split(" ")
    if len(numbers) == 1:
        return float(numbers[0])
    shape = int(rows), int(columns)
    return np.array(numbers, np.float64).reshape(shape, order="F")
