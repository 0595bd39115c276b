"""Whose documents are whose: tokens, limits of each person and of all, and what is saved for everybody."""

import pytest

from calcqa import messages
from calcqa.assistant import Assistant
from calcqa.errors import InputError
from calcqa.index.open import open_index
from calcqa.server import workspaces as module
from calcqa.server.workspaces import Workspaces
from calcqa.workspace import Limits


@pytest.fixture
def base(small_index, fake_encoder):
    return Assistant(open_index(small_index), fake_encoder)


@pytest.fixture
def note(tmp_path):
    def write(name):
        path = tmp_path / f"{name}.md"
        path.write_text(f"# {name}\n\nThe {name} healed within nine days.\n", encoding="utf-8")
        return path

    return write


def put(workspaces, token, path):
    """Add a file as the page does; return the token and the document."""
    token = workspaces.begin(token)
    document = workspaces.of(token).add(path)
    workspaces.save(token, document, path.read_bytes(), path.name)
    workspaces.settle(token)
    return token, document


def test_everybody_has_a_workspace_of_their_own(base, note):
    workspaces = Workspaces(base, Limits())
    mine, thumb = put(workspaces, "", note("thumb"))
    yours, toe = put(workspaces, "made up", note("toe"))
    assert mine != yours != "made up"
    assert put(workspaces, mine, note("ankle"))[0] == mine
    assert [d.title for d in workspaces.removable(mine)] == ["thumb", "ankle"]
    assert thumb not in workspaces.of(yours).documents()
    with pytest.raises(InputError, match="you added"):
        workspaces.remove(yours, thumb.id)
    workspaces.remove(mine, thumb.id)
    assert [d.title for d in workspaces.of(mine).own] == ["ankle"] and workspaces.of(yours).own == (toe,)
    assert workspaces.of("unknown").own == () and not workspaces.has("unknown") and workspaces.has(mine)


def test_all_together_have_a_limit_that_counts_what_each_persons_view_takes(base, note):
    workspaces = Workspaces(base, Limits(), memory=2 * module._VIEW + 20_000)
    mine, thumb = put(workspaces, "", note("thumb"))
    yours, _ = put(workspaces, "", note("toe"))
    with pytest.raises(InputError, match=messages.SERVER_FULL):
        workspaces.begin("")
    put(workspaces, yours, note("hand"))  # no further view
    workspaces.remove(mine, thumb.id)
    mine = workspaces.begin(mine)
    workspaces.settle("somebody's")  # another's end is not this one's
    with pytest.raises(InputError, match=messages.SERVER_FULL):
        workspaces.begin("")  # somebody is just adding
    workspaces.settle(mine)
    assert workspaces.begin("")


def test_text_counts_too(base, note):
    workspaces = Workspaces(base, Limits(), memory=module._VIEW + 1_000)
    mine, _ = put(workspaces, "", note("thumb"))
    with pytest.raises(InputError, match=messages.SERVER_FULL):
        workspaces.begin(mine)


def test_nobodys_documents_go_to_make_room_for_another(base, note, monkeypatch):
    monkeypatch.setattr(module, "_PEOPLE", 2)
    workspaces = Workspaces(base, Limits())
    tokens = [put(workspaces, "", note(name))[0] for name in ("thumb", "toe")]
    with pytest.raises(InputError, match=messages.SERVER_FULL):
        workspaces.begin("")
    assert [len(workspaces.of(token).own) for token in tokens] == [1, 1]


def test_what_is_saved_is_everybodys_and_whoever_added_it_may_remove_it(base, note, tmp_path):
    folder = tmp_path / "kept"
    workspaces = Workspaces(base, Limits(documents=2), folder)
    mine, thumb = put(workspaces, "", note("thumb"))
    put(workspaces, mine, note("toe"))
    with pytest.raises(InputError, match="all that one person may"):
        workspaces.begin(mine)
    yours, ankle = put(workspaces, "", note("ankle"))  # one person's limit is not another's
    assert {d.title for d in workspaces.of("").own} == {"thumb", "toe", "ankle"}
    assert workspaces.removable("") == () and workspaces.removable(yours) == (ankle,)
    with pytest.raises(InputError, match="you added"):
        workspaces.remove(yours, thumb.id)
    workspaces.remove(mine, thumb.id)
    assert sorted(p.name for p in folder.glob("*.md")) == ["ankle.md", "toe.md"]
    assert workspaces.begin(mine) == mine


def test_what_cannot_be_saved_is_not_kept(base, note, tmp_path):
    folder = tmp_path / "kept"
    folder.write_text("a file where the folder should be")
    workspaces = Workspaces(base, Limits(), folder)
    with pytest.raises(InputError, match="cannot be saved"):
        put(workspaces, "", note("thumb"))
    assert workspaces.of("").own == ()


def test_a_token_is_its_users(base):
    workspaces = Workspaces(base, Limits())
    annas, nobodys = workspaces.begin("", "anna"), workspaces.begin("")
    assert workspaces.owned(annas, "anna") == annas and workspaces.owned(annas, "ben") == ""
    assert workspaces.owned(nobodys, "") == nobodys and workspaces.owned(nobodys, "anna") == ""
    assert workspaces.begin(annas, "anna") == annas


def test_what_is_on_its_way_keeps_its_workspace_whatever_else_fails(base, note):
    workspaces = Workspaces(base, Limits())
    mine = workspaces.begin("")  # in one tab, a long one
    assert workspaces.begin(mine) == mine  # in another, one that cannot be read
    workspaces.settle(mine)
    document = workspaces.of(mine).add(note("thumb"))
    workspaces.settle(mine)
    assert workspaces.of(mine).own == (document,)


def test_only_so_many_are_read_at_a_time(base):
    workspaces = Workspaces(base, Limits())
    tokens = [workspaces.begin("") for _ in range(module._AT_ONCE)]
    with pytest.raises(InputError, match=messages.ADDING_FULL):
        workspaces.begin("")
    workspaces.settle(tokens[0])
    assert workspaces.begin("")


def test_where_uploads_are_saved_nobodys_right_to_remove_goes_either(base, note, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_PEOPLE", 1)
    workspaces = Workspaces(base, Limits(), tmp_path / "kept")
    mine, thumb = put(workspaces, "", note("thumb"))
    with pytest.raises(InputError, match=messages.SERVER_FULL):
        workspaces.begin("")
    assert workspaces.removable(mine) == (thumb,)
