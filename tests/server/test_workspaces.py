"""Whose documents are whose: tokens, limits of each person and of all, and what is saved for everybody."""

import pytest

from calcqa import messages
from calcqa.assistant import Assistant
from calcqa.errors import InputError
from calcqa.index.open import open_index
from calcqa.server import workspaces as room
from calcqa.server.workspaces import Shelves
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


def put(shelves, token, path):
    """Add a file as the page does; return the token and the document."""
    token = shelves.begin(token)
    document = shelves.of(token).add(path)
    shelves.save(token, document, path.read_bytes(), path.name)
    shelves.settle(token)
    return token, document


def test_everybody_has_a_workspace_of_their_own(base, note):
    shelves = Shelves(base, Limits())
    mine, thumb = put(shelves, "", note("thumb"))
    yours, toe = put(shelves, "made up", note("toe"))
    assert mine != yours != "made up"
    assert put(shelves, mine, note("ankle"))[0] == mine
    assert [d.title for d in shelves.removable(mine)] == ["thumb", "ankle"]
    assert thumb not in shelves.of(yours).documents()
    with pytest.raises(InputError, match="you added"):
        shelves.remove(yours, thumb.id)
    shelves.remove(mine, thumb.id)
    assert [d.title for d in shelves.of(mine).own] == ["ankle"] and shelves.of(yours).own == (toe,)
    assert shelves.of("unknown").own == () and not shelves.has("unknown") and shelves.has(mine)


def test_all_together_have_a_limit_that_counts_what_each_persons_view_takes(base, note):
    shelves = Shelves(base, Limits(), memory=2 * room._VIEW + 20_000)
    mine, thumb = put(shelves, "", note("thumb"))
    yours, _ = put(shelves, "", note("toe"))
    with pytest.raises(InputError, match=messages.SERVER_FULL):
        shelves.begin("")
    put(shelves, yours, note("hand"))  # no further view
    shelves.remove(mine, thumb.id)
    mine = shelves.begin(mine)
    shelves.settle("somebody's")  # another's end is not this one's
    with pytest.raises(InputError, match=messages.SERVER_FULL):
        shelves.begin("")  # somebody is just adding
    shelves.settle(mine)
    assert shelves.begin("")


def test_text_counts_too(base, note):
    shelves = Shelves(base, Limits(), memory=room._VIEW + 1_000)
    mine, _ = put(shelves, "", note("thumb"))
    with pytest.raises(InputError, match=messages.SERVER_FULL):
        shelves.begin(mine)


def test_nobodys_documents_go_to_make_room_for_another(base, note, monkeypatch):
    monkeypatch.setattr(room, "_PEOPLE", 2)
    shelves = Shelves(base, Limits())
    tokens = [put(shelves, "", note(name))[0] for name in ("thumb", "toe")]
    with pytest.raises(InputError, match=messages.SERVER_FULL):
        shelves.begin("")
    assert [len(shelves.of(token).own) for token in tokens] == [1, 1]


def test_what_is_saved_is_everybodys_and_whoever_added_it_may_remove_it(base, note, tmp_path):
    folder = tmp_path / "kept"
    shelves = Shelves(base, Limits(documents=2), folder)
    mine, thumb = put(shelves, "", note("thumb"))
    put(shelves, mine, note("toe"))
    with pytest.raises(InputError, match="all that one person may"):
        shelves.begin(mine)
    yours, ankle = put(shelves, "", note("ankle"))  # one person's limit is not another's
    assert {d.title for d in shelves.of("").own} == {"thumb", "toe", "ankle"}
    assert shelves.removable("") == () and shelves.removable(yours) == (ankle,)
    with pytest.raises(InputError, match="you added"):
        shelves.remove(yours, thumb.id)
    shelves.remove(mine, thumb.id)
    assert sorted(p.name for p in folder.glob("*.md")) == ["ankle.md", "toe.md"]
    assert shelves.begin(mine) == mine


def test_what_cannot_be_saved_is_not_kept(base, note, tmp_path):
    folder = tmp_path / "kept"
    folder.write_text("a file where the folder should be")
    shelves = Shelves(base, Limits(), folder)
    with pytest.raises(InputError, match="cannot be saved"):
        put(shelves, "", note("thumb"))
    assert shelves.of("").own == ()


def test_a_token_is_its_users(base):
    shelves = Shelves(base, Limits())
    annas, nobodys = shelves.begin("", "anna"), shelves.begin("")
    assert shelves.owned(annas, "anna") == annas and shelves.owned(annas, "ben") == ""
    assert shelves.owned(nobodys, "") == nobodys and shelves.owned(nobodys, "anna") == ""
    assert shelves.begin(annas, "anna") == annas


def test_what_is_on_its_way_keeps_its_workspace_whatever_else_fails(base, note):
    shelves = Shelves(base, Limits())
    mine = shelves.begin("")  # in one tab, a long one
    assert shelves.begin(mine) == mine  # in another, one that cannot be read
    shelves.settle(mine)
    document = shelves.of(mine).add(note("thumb"))
    shelves.settle(mine)
    assert shelves.of(mine).own == (document,)


def test_only_so_many_are_read_at_a_time(base):
    shelves = Shelves(base, Limits())
    tokens = [shelves.begin("") for _ in range(room._AT_ONCE)]
    with pytest.raises(InputError, match=messages.ADDING_FULL):
        shelves.begin("")
    shelves.settle(tokens[0])
    assert shelves.begin("")


def test_where_uploads_are_saved_nobodys_right_to_remove_goes_either(base, note, tmp_path, monkeypatch):
    monkeypatch.setattr(room, "_PEOPLE", 1)
    shelves = Shelves(base, Limits(), tmp_path / "kept")
    mine, thumb = put(shelves, "", note("thumb"))
    with pytest.raises(InputError, match=messages.SERVER_FULL):
        shelves.begin("")
    assert shelves.removable(mine) == (thumb,)
