"""A settings file may be anything; there are settings afterwards, and nothing in it is lost."""

from __future__ import annotations

import stat
import tomllib
from pathlib import Path

import pytest

from easychat_gui.domain.endpoints import Endpoint, EndpointKind, Network, Pool, PoolPolicy, ProxyChoice, Timeouts
from easychat_gui.domain.errors import SettingsError
from easychat_gui.domain.generation import GenerationParams
from easychat_gui.domain.ids import EndpointId
from easychat_gui.settings.schema import SETTING_OF, Appearance, General, SendKey, Settings, ThemeChoice
from easychat_gui.settings.store import SettingsStore

FULL = Settings(
    general=General(SendKey.CTRL_ENTER, "abc", "qwen"),
    appearance=Appearance(ThemeChoice.DARK, 1.25),
    generation=GenerationParams(
        *(None, 0.9, -1.0, 2.0, 512, None, ("\n\n", "END")),
        stream=False,
        response_format={"type": "json_schema", "json_schema": {"schema": {"default": None}}},
        logprobs=True,
        reasoning_effort="low",
        extra={"top_k": 40, "nothing": None, "ü": [1]},
    ),
    system_prompt='Be brief.\n"Quotes" and ünïcode 京都',
    endpoints=(
        Endpoint(
            EndpointId("abc"),
            "Mine",
            "http://localhost:8080/v1",
            EndpointKind.EASYCHAT,
            {"X-Team": "blue"},
            Timeouts(5.0, None, 60.0),
            "qwen",
        ),
        Endpoint(EndpointId("def"), "Other", "https://example.org"),
        Endpoint(
            EndpointId("ghi"),
            "Company",
            "https://llm.example.org/v1",
            is_on=False,
            organization="org-1",
            api_version="2024-10-21",
            own_models=("typed by hand",),
            favourites=("qwen", "typed by hand"),
            params={"temperature": None, "stop": ["END"]},
            model_params={"qwen/3:4b": {"max_tokens": 100, "extra": {"nothing": None}}},
            network=Network(
                *(ProxyChoice.OWN, "socks5h://proxy.example:1080", "user", (".example.org", "10.0.0.0/8")),
                *("/etc/ca.pem", "/home/u/me.pem", "/home/u/me.key", "ab" * 32),
                may_send_key_unencrypted=True,
            ),
        ),
    ),
    pools=(Pool(EndpointId("jkl"), "Both", (EndpointId("abc"), EndpointId("def")), PoolPolicy.LATENCY, "qwen", False),),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "settings.toml"


def written(path: Path, text: str) -> SettingsStore:
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return SettingsStore(path)


def test_without_a_file_the_defaults_hold(path: Path) -> None:
    store = SettingsStore(path)
    assert store.load() == []
    assert store.current == Settings()
    assert store.current.generation == GenerationParams(0.5, 1.0, 0.0, 0.0)
    assert not path.exists()


def test_everything_comes_back(path: Path) -> None:
    SettingsStore(path).change(FULL)
    again = SettingsStore(path)
    assert again.load() == []
    assert again.current == FULL


def test_what_is_not_sent_is_spelled_unset(path: Path) -> None:
    SettingsStore(path).change(FULL)
    generation = tomllib.loads(path.read_text(encoding="utf-8"))["generation"]
    assert (generation["temperature"], generation["seed"], generation["top_p"]) == ("unset", "unset", 0.9)


def test_the_file_is_for_its_owner_only(path: Path) -> None:
    SettingsStore(path).change(FULL)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    path.chmod(0o644)
    SettingsStore(path).load()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("[generation]\ntemperature = 3", "generation.temperature"),
        ("[generation]\ntemperature = nan", "generation.temperature"),
        ("[generation]\ntemperature = true", "generation.temperature"),
        ('[generation]\ntemperature = "hot"', "generation.temperature"),
        ("[generation]\nmax_tokens = 0", "generation.max_tokens"),
        ("[generation]\nextra = '[1]'", "generation.extra"),
        ("[generation]\nextra = '{'", "generation.extra"),
        ("[generation]\nresponse_format = 1", "generation.response_format"),
        ("[generation]\nreasoning_effort = ''", "generation.reasoning_effort"),
        ("[generation]\nmax_tokens = 1.5", "generation.max_tokens"),
        ('[generation]\nstop = "END"', "generation.stop"),
        ('[generation]\nstop = [""]', "generation.stop"),
        ('[generation]\nstream = "yes"', "generation.stream"),
        ("[appearance]\nzoom = 9", "appearance.zoom"),
        ('[appearance]\ntheme = "pink"', "appearance.theme"),
        ("[appearance]\ntheme = []", "appearance.theme"),
        ("[general]\nsend_key = {a = 1}", "general.send_key"),
        ("system_prompt = 5", "system_prompt"),
        ("endpoints = 5", "endpoints"),
        ('[[endpoints]]\nid = [1]\nbase_url = "http://a"', "endpoints[1].id"),
        ('[[endpoints]]\nid = "a"\nbase_url = "file:///etc/passwd"', "endpoints[1].base_url"),
        ('[[endpoints]]\nid = "a"\nbase_url = "http://me:secret@host"', "endpoints[1].base_url"),
        (
            '[[endpoints]]\nid = "a"\nbase_url = "http://a"\ntimeouts = {silence_s = -1}',
            "endpoints[1].timeouts.silence_s",
        ),
        (
            '[[endpoints]]\nid = "a"\nbase_url = "http://a"\nheaders = {X-Api-Key = "sk"}',
            "endpoints[1].headers.X-Api-Key",
        ),
        ('[[endpoints]]\nid = "a"\nbase_url = "http://a"\nheaders = {A = "x\\r\\ny: z"}', "endpoints[1].headers.A"),
    ],
)
def test_a_bad_value_is_named_and_its_default_holds(path: Path, line: str, key: str) -> None:
    store = written(path, line)
    problems = store.load()
    assert [problem.key for problem in problems] == [key]
    assert problems[0].allowed
    assert key in str(problems[0])
    assert store.current.with_(endpoints=()) == Settings()
    store.save()
    again = SettingsStore(path)
    again.load()
    assert again.current == store.current


def test_one_bad_value_does_not_spoil_the_good_ones(path: Path) -> None:
    store = written(path, "[generation]\ntemperature = 9\ntop_p = 0.25\nseed = 7")
    assert len(store.load()) == 1
    assert store.current.generation == GenerationParams(top_p=0.25, seed=7)


def test_a_key_in_the_file_is_reported_without_being_repeated(path: Path) -> None:
    store = written(
        path, '[[endpoints]]\nid = "a"\nbase_url = "http://a"\nheaders = {Authorization = "Bearer sk-1234"}'
    )
    (problem,) = store.load()
    assert "sk-1234" not in str(problem)
    store.save()
    assert "sk-1234" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("query", ["key=sk-1", "api-version=1&api_key=sk-1", "access_token=x", "X-Goog-Signature=x"])
def test_a_key_cannot_be_set_in_an_address(path: Path, query: str) -> None:
    store = SettingsStore(path)
    with pytest.raises(SettingsError, match="key in it"):
        store.change(Settings(endpoints=(Endpoint(EndpointId("a"), "A", f"http://a/v1?{query}"),)))
    store.change(Settings(endpoints=(Endpoint(EndpointId("a"), "A", "http://a/v1?api-version=1&monkey"),)))


def test_a_key_cannot_be_set_as_a_header(path: Path) -> None:
    store = SettingsStore(path)
    for name in ("Authorization", "api-key", "X-API-Key", "x-goog-api-key", "Cookie", "X-Auth-Token"):
        with pytest.raises(SettingsError, match=name):
            store.change(Settings(endpoints=(Endpoint(EndpointId("a"), "A", "http://a", headers={name: "sk"}),)))
    assert store.current == Settings()
    assert not path.exists()


def test_values_that_cannot_be_used_are_not_lost_when_others_are_saved(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("[generation]\ntemperature = 99  # hot\n")
    store = SettingsStore(path)
    assert store.load()
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    store.save()
    store.save()
    (kept,) = path.parent.glob("settings.toml.broken-*")
    assert kept.read_text() == "[generation]\ntemperature = 99  # hot\n"
    assert "99" not in path.read_text()


@pytest.mark.parametrize("content", [b"zoom = = 3", b"\xff\xfe\x00", b"a = " + b"[" * 20_000, b"\x00"])
def test_a_broken_file_is_kept_under_another_name(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    store = SettingsStore(path)
    (problem,) = store.load()
    assert problem.kept is not None
    assert problem.kept.name.startswith("settings.toml.broken-")
    assert problem.kept.read_bytes() == content
    assert str(problem.kept) in str(problem)
    assert store.current == Settings()
    store.change(FULL)
    path.write_bytes(content)
    (second,) = SettingsStore(path).load()
    assert second.kept not in (None, problem.kept)


def test_what_this_version_does_not_know_stays_in_the_file(path: Path) -> None:
    store = written(
        path,
        'later = "loose"\n[appearance]\nzoom = 2.0\nsparkle = 1\n[plugins.x]\na = [1, 2]\n'
        '[[endpoints]]\nid = "a"\nbase_url = "http://a"\nquota = 9\n[[endpoints]]\nid = "b"\nbase_url = "gopher://b"\n',
    )
    store.load()
    store.change(store.current.with_(system_prompt="x"))
    kept = tomllib.loads(path.read_text(encoding="utf-8"))
    assert kept["later"] == "loose"
    assert kept["appearance"] == {"zoom": 2.0, "sparkle": 1, "theme": "system"}
    assert kept["plugins"] == {"x": {"a": [1, 2]}}
    assert kept["endpoints"][0]["quota"] == 9
    assert kept["endpoints"][1] == {"id": "b", "base_url": "gopher://b"}


def test_a_removed_server_leaves_the_file(path: Path) -> None:
    store = SettingsStore(path)
    store.change(FULL)
    store.change(FULL.with_(endpoints=FULL.endpoints[1:]))
    again = SettingsStore(path)
    again.load()
    assert [endpoint.id for endpoint in again.current.endpoints] == ["def", "ghi"]


def test_when_writing_fails_the_value_is_in_force_and_the_old_file_whole(path: Path) -> None:
    store = SettingsStore(path)
    store.change(FULL)
    before = path.read_bytes()
    blocked = SettingsStore(path.parent / "settings.toml" / "not a folder.toml")
    with pytest.raises(SettingsError, match="cannot be written"):
        blocked.change(FULL)
    assert blocked.current == FULL
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == ["settings.toml"]


def test_those_who_listen_are_told_once_for_each_change(path: Path) -> None:
    store = SettingsStore(path)
    told: list[Settings] = []
    stop = store.subscribe(told.append)
    store.apply(FULL)
    store.apply(FULL)
    assert told == [FULL]
    assert not path.exists()
    stop()
    stop()
    store.apply(Settings())
    assert told == [FULL]


def test_a_symbolic_link_to_the_settings_stays_one(path: Path, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.toml"
    real.write_text("[appearance]\nzoom = 2.0\n")
    path.parent.mkdir()
    path.symlink_to(real)
    store = SettingsStore(path)
    store.load()
    store.change(store.current.with_(system_prompt="x"))
    assert path.is_symlink()
    assert tomllib.loads(real.read_text())["system_prompt"] == "x"


def test_every_setting_s_default_is_allowed_by_its_own_rule() -> None:
    for setting in SETTING_OF.values():
        assert setting.rule.read(setting.default) == setting.default, setting.key
        assert setting.value_in(Settings()) == setting.default


def test_every_field_is_declared() -> None:
    declared = {key.partition(".")[2] for key in SETTING_OF if key.startswith("generation.")}
    assert declared == set(GenerationParams().as_dict())


def test_a_damaged_value_is_told_shortly(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(f'[appearance]\ntheme = "{"x" * 100_000}"\n')
    (problem,) = SettingsStore(file).load()
    assert "appearance.theme" in str(problem)
    assert len(str(problem)) < 300
