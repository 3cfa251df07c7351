from __future__ import annotations

from comity.cli import run


def test_the_words_of_a_node_are_made_anew(node, capsys):
    from comity.node.cases import casework

    with node.act():
        casework.open_case("dir-2023-977/request", node.de, "Found again", {})
    assert run(["search", "reindex", "--authority", "nl-spoc"]) == 0
    assert "1 texts can be searched" in capsys.readouterr().out
