"""The prototype's traps: exit statuses, forks, signals, pipes, slots; and that only sentences come out."""

import io
import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from processors.images import asker, check, sandbox
from processors.images.check import Busy, Refused
from tests import pictures

ROOT = Path(__file__).parents[3]
NOBODY = 65534
SMALL = pictures.jpeg(64, 48)


def forget():
    if asker._server:
        asker._forget(asker._server)


@pytest.fixture
def misbehaving(monkeypatch):
    """A server whose children do what a file says; see misbehaving.py."""
    forget()
    start = asker._START.replace("from proc", "import tests.processors.images.misbehaving; from proc")
    monkeypatch.setattr(asker, "_START", start)
    yield
    forget()


@pytest.fixture
def other_user(monkeypatch):
    """A server of a user who is not root, as in production: from root some limits keep nothing. Where it may lock."""
    forget()
    with tempfile.TemporaryDirectory() as folder:
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
            drop = f"import os; visit.warm(); os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY}); serve()"
            start = asker._START.replace("serve()", f"from processors.images import visit; {drop}")
            monkeypatch.setattr(asker, "_START", start)
        yield Path(folder)
        forget()


def children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def script(code, tmp_path, **options):
    """Run Python from the project's folder; what it prints."""
    start = f"import io, sys; sys.path.insert(0, {str(ROOT)!r}); from pathlib import Path\n"
    start += "from processors.images import asker, sandbox; from processors.images.check import Limits\n"
    start += f"limits = Limits(folder=Path({str(tmp_path)!r}), slots=4); picture = io.BytesIO({SMALL!r})\n"
    done = subprocess.run(
        [sys.executable, "-c", start + textwrap.dedent(code)], capture_output=True, text=True, timeout=30, **options
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def wait_for(condition, seconds=30):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_it_works(see):
    seen = see(pictures.jpeg(640, 480), "preview")
    assert (seen.facts.format, seen.facts.width, seen.facts.height) == ("JPEG", 640, 480)
    assert seen.preview[8:12] == b"WEBP"
    assert seen.thumbnail == seen.model == b""


@pytest.mark.parametrize("name", [*check.KINDS.values(), "tiles"])
def test_every_format_is_decoded_for_who_is_not_root(name, see, other_user):
    data = pictures.heic_grid(3, 2) if name == "tiles" else pictures.every_format()[name]
    assert see(data, "preview", "model", folder=other_user).preview
    assert f"\nUid:\t{os.geteuid() or NOBODY}\t" in Path(f"/proc/{asker._server[0].pid}/status").read_text()


def test_the_asker_loads_no_decoder(tmp_path):
    assert script("sandbox.visit(picture, limits); print('PIL' in sys.modules)", tmp_path) == "False\n"


@pytest.mark.parametrize(
    ("name", "sentence", "limit"),
    [
        ("hang", check.TIME, {"wall": 1, "cpu": 30}),
        ("spin", check.TIME, {"cpu": 1}),
        ("kill", check.MEMORY, {}),
        ("segv", check.CRASHED, {}),
        ("abort", check.CRASHED, {}),
        ("memory", check.MEMORY, {}),
        ("nonsense", check.CRASHED, {}),
    ],
)
@pytest.mark.usefixtures("misbehaving")
def test_however_a_child_ends_there_is_a_sentence(name, sentence, limit, see):
    with pytest.raises(Refused) as refused:
        see(b"!" + name.encode(), **limit)
    assert str(refused.value) == sentence


def test_the_cpu_that_a_picture_took_is_told(see):
    assert see(pictures.jpeg(2000, 1500), "preview").cpu > see(SMALL).cpu > 0
    with pytest.raises(Refused) as refused:
        see(pictures.truncated(pictures.jpeg(2000, 1500)))
    assert refused.value.cpu > 0


@pytest.mark.usefixtures("misbehaving")
def test_the_cpu_of_a_child_that_was_ended_is_told_too(see):
    with pytest.raises(Refused) as refused:
        see(b"!spin", cpu=1)
    assert 0.8 < refused.value.cpu < 3


@pytest.mark.usefixtures("misbehaving")
def test_a_child_that_is_deaf_to_its_alarm_is_ended_by_the_server(see):
    with pytest.raises(Refused) as refused:
        see(b"!deaf", slots=1, wall=1, patience=0.5)
    assert str(refused.value) == check.TIME
    assert see(SMALL, slots=1, patience=10).facts.width == 64


@pytest.mark.parametrize(("name", "sentence"), [("leave_behind", "gone"), ("leave_behind_and_crash", check.MEMORY)])
@pytest.mark.usefixtures("misbehaving")
def test_what_a_child_leaves_behind_holds_neither_slot_nor_asker(name, sentence, see):
    started = time.monotonic()
    with pytest.raises(Refused) as refused:
        see(b"!" + name.encode(), slots=1)
    assert str(refused.value) == sentence
    assert see(SMALL, slots=1, patience=10).facts.width == 64
    assert time.monotonic() - started < 20  # what is left behind sleeps for longer
    assert children(asker._server[0].pid) == []


@pytest.mark.usefixtures("misbehaving")
def test_nobody_waits_for_ever_for_a_server_that_hangs(see, monkeypatch):
    monkeypatch.setattr(check, "GRACE", 0.5)
    with pytest.raises(Refused) as refused:
        see(b"!stop_server", wall=1, patience=0.5)
    assert str(refused.value) == check.TIME
    assert see(SMALL).facts.width == 64


@pytest.mark.usefixtures("misbehaving")
def test_a_fault_of_ours_is_no_fault_of_the_picture(see):
    with pytest.raises(OSError, match="a fault of ours"):
        see(b"!raising")


@pytest.mark.usefixtures("misbehaving")
def test_a_child_can_write_no_file_and_knows_no_secret(see, monkeypatch):
    monkeypatch.setenv("GEMINI_API_KEY", "secret")
    with pytest.raises(Refused) as refused:
        see(b"!environment")
    assert "GEMINI" not in str(refused.value)
    with pytest.raises(OSError, match="File too large"):
        see(b"!write")


@pytest.mark.usefixtures("misbehaving")
def test_sixteen_threads_lose_no_exit_status(see):
    expected = {b"!kill": check.MEMORY, b"!segv": check.CRASHED, b"!nonsense": check.CRASHED, SMALL: ""}

    def one(data):
        try:
            return data, see(data).hash and ""
        except Refused as problem:
            return data, str(problem)

    with ThreadPoolExecutor(16) as pool:
        for data, said in pool.map(one, list(expected) * 16):
            assert said == expected[data]


@pytest.mark.usefixtures("misbehaving")
def test_nothing_stays_open_and_no_zombie_stays(see):
    def one(number):
        try:
            see(b"!kill" if number % 2 else SMALL)
        except Refused:
            assert number % 2

    one(0)
    time.sleep(0.1)  # for the server to close what was for the first
    server = asker._server[0].pid
    before = [len(os.listdir(f"/proc/{pid}/fd")) for pid in (os.getpid(), server)], children(os.getpid())
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(one, range(200)))
    time.sleep(0.1)
    assert ([len(os.listdir(f"/proc/{pid}/fd")) for pid in (os.getpid(), server)], children(os.getpid())) == before
    assert children(server) == []


@pytest.mark.usefixtures("misbehaving")
def test_a_child_has_its_file_and_its_pipe_and_no_other(see):
    with ThreadPoolExecutor(4) as pool:
        others = [pool.submit(see, b"!sleep") for _ in range(3)]
        with pytest.raises(Refused) as refused:
            see(b"!files")
        assert str(refused.value) == "/memfd pipe"
        assert all(isinstance(other.exception(), Refused) for other in others)


def test_a_killed_server_is_replaced(see):
    see(SMALL)
    former = asker._server[0].pid
    os.kill(former, signal.SIGKILL)
    assert see(SMALL).facts.width == 64
    assert asker._server[0].pid != former


@pytest.mark.usefixtures("misbehaving")
def test_a_server_that_is_killed_at_work_is_replaced_once(see):
    see(SMALL)
    with ThreadPoolExecutor(1) as pool:
        sleeping = pool.submit(see, b"!sleep")
        wait_for(lambda: children(asker._server[0].pid))
        os.kill(asker._server[0].pid, signal.SIGKILL)
        with pytest.raises(Refused, match=r"\d"):  # it says when it slept
            sleeping.result()


def test_a_server_that_cannot_start_is_no_fault_of_the_picture(see, monkeypatch):
    forget()
    monkeypatch.setattr(asker, "_START", "raise SystemExit('no server {path}')")
    with pytest.raises(ConnectionError):
        see(SMALL)
    forget()


def test_a_fork_has_a_server_of_its_own(tmp_path):
    code = """
        import os
        def server():
            sandbox.visit(picture, limits)
            return asker._server[0].pid
        ours = server()
        if not os.fork():
            print(server() != ours, flush=True)
            os._exit(0)
        os.wait()
        print(server() == ours)
    """
    assert script(code, tmp_path) == "True\nTrue\n"


def test_a_fork_under_threads_does_not_hang(tmp_path):
    code = """
        import os, threading
        asker._lock.acquire()  # as if another thread were just asking
        if not os.fork():
            print(sandbox.visit(picture, limits).facts.width, flush=True)
            os._exit(0)
        os.wait()
    """
    assert script(code, tmp_path) == "64\n"


def test_when_the_asker_is_killed_all_is_gone_soon(tmp_path):
    code = f"""
    import io, sys, threading, time
    sys.path.insert(0, {str(ROOT)!r})
    from pathlib import Path
    from processors.images import asker, sandbox
    from processors.images.check import Limits
    asker._START = asker._START.replace("from proc", "import tests.processors.images.misbehaving; from proc")
    limits = Limits(folder=Path({str(tmp_path)!r}), slots=2)
    for _ in range(3):  # two hang, and one waits for its slot
        threading.Thread(target=sandbox.visit, args=(io.BytesIO(b"!hang"), limits), daemon=True).start()
    while not asker._server:
        time.sleep(0.01)
    print(asker._server[0].pid, flush=True)
    time.sleep(60)
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as killed:
        server = int(killed.stdout.readline())
        wait_for(lambda: len(children(server)) == 3)
        all_of_them = [server, *children(server)]
        killed.kill()
        killed.wait()
    wait_for(
        lambda: not any(_lives(pid) for pid in all_of_them), seconds=10
    )  # by itself a child that hangs ends after 50


def _lives(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_service_that_stops_finishes_its_work(see):
    see(SMALL)
    server = asker._server[0].pid
    os.kill(server, signal.SIGTERM)  # systemd sends it to every process of the service
    assert see(SMALL).facts.width == 64
    assert asker._server[0].pid == server


def test_path_that_was_set_at_run_time(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/processors").symlink_to(ROOT / "processors")
    code = f"import sys; sys.path[:0] = [{str(tmp_path / 'elsewhere')!r}]; import io; from pathlib import Path\n"
    code += "from processors.images import asker, sandbox; from processors.images.check import Limits\n"
    code += f"print(sandbox.visit(io.BytesIO({SMALL!r}), Limits(folder=Path({str(tmp_path)!r}))).facts.width)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd="/", env={})
    assert (done.stdout, done.stderr) == ("64\n", "")


def test_without_standard_files(tmp_path):
    code = "Path(sys.argv[1]).write_text(str(sandbox.visit(picture, limits).facts.width))"
    start = f"import io, sys; sys.path.insert(0, {str(ROOT)!r}); from pathlib import Path\n"
    start += "from processors.images import asker, sandbox; from processors.images.check import Limits\n"
    start += f"limits = Limits(folder=Path({str(tmp_path)!r})); picture = io.BytesIO({SMALL!r})\n"
    (tmp_path / "script.py").write_text(start + code)
    command = f"exec {sys.executable} {tmp_path}/script.py {tmp_path}/said <&- >&- 2>&-"
    assert subprocess.run(["sh", "-c", command], timeout=30).returncode == 0
    assert (tmp_path / "said").read_text() == "64"


@pytest.mark.usefixtures("misbehaving")
def test_never_more_at_once_than_there_are_slots(see):
    def one(_):
        with pytest.raises(Refused) as refused:
            see(b"!sleep", slots=2)
        return [float(moment) for moment in str(refused.value).split()]

    with ThreadPoolExecutor(8) as pool:
        times = list(pool.map(one, range(8)))
    assert max(sum(start <= moment < end for start, end in times) for moment, _ in times) == 2


@pytest.mark.usefixtures("misbehaving")
def test_a_slot_is_free_again_however_its_child_ends(see):
    for name in (b"!kill", b"!segv", b"!sleep"):
        with pytest.raises(Refused):
            see(name, slots=1, patience=1)


@pytest.mark.usefixtures("misbehaving")
def test_waiting_for_a_slot_ends(see):
    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(see, b"!hang", slots=1, wall=1)
        wait_for(lambda: asker._server and children(asker._server[0].pid))
        with pytest.raises(Busy):
            see(SMALL, slots=1, patience=0.1)
        assert isinstance(hanging.exception(), Refused)
    assert see(SMALL, slots=1, patience=5).facts.width == 64


def test_the_position_of_a_file_stays(see, limits, tmp_path):
    (tmp_path / "a.jpg").write_bytes(data := pictures.jpeg(1600, 1200))
    with open(tmp_path / "a.jpg", "rb") as file:
        start = file.read(10)
        sandbox.visit(file, limits())
        assert start + file.read() == data


def test_a_file_without_a_name(limits):
    with tempfile.TemporaryFile() as file:  # as the functions and Django's uploads have it
        file.write(SMALL)
        assert sandbox.visit(file, limits()).facts.width == 64


@pytest.mark.usefixtures("misbehaving")
def test_a_child_cannot_invent_a_type(see):
    with pytest.raises(Refused, match="broke down"):
        see(b"!lie")


def test_what_is_not_yet_written_to_the_file_is_seen_too(limits, tmp_path):
    with open(tmp_path / "a.jpg", "w+b") as file:
        file.write(SMALL)
        assert sandbox.visit(file, limits()).facts.byte_size == len(SMALL)


def test_size_and_first_bytes_need_no_child(see, monkeypatch):
    monkeypatch.setattr(asker, "_ask", None)
    with pytest.raises(Refused, match="at most 0 MB"):
        see(SMALL, max_bytes=1000)
    with pytest.raises(Refused, match="web page"):
        see(pictures.NOT_PICTURES["html"])


def test_the_askers_memory_does_not_grow(tmp_path):
    code = """
        import resource
        sandbox.visit(picture, limits)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        sandbox.visit(io.BytesIO(Path(sys.argv[1]).read_bytes()), limits, ("preview", "thumbnail", "model"))
        print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
    """
    (tmp_path / "large.png").write_bytes(pictures.png_of(9_990, 10_000))
    code = textwrap.dedent(code).replace("sys.argv[1]", repr(str(tmp_path / "large.png")))
    assert int(script(code, tmp_path)) < 8


def test_half_of_the_machines_memory_is_for_others():
    assert check.slots(1) == len(os.sched_getaffinity(0))
    assert check.slots(10**15) == 1


def test_an_own_file_in_memory_is_left_as_it_is(limits):
    file = io.BytesIO(SMALL)
    sandbox.visit(file, limits())
    assert not file.closed
