"""The best pairing of two lists: the Hungarian method in pure Python, O(n²m)."""

from __future__ import annotations

from collections.abc import Sequence

_BIG = 1e9


def best_pairs(scores: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """Pairs (row, column) with the greatest sum of scores; each row and column at most once, scores of 0 never.

    >>> best_pairs([[0.9, 0.8], [0.8, 0.0]])
    [(0, 1), (1, 0)]
    >>> best_pairs([[0.0], [0.5]])
    [(1, 0)]
    """
    rows, columns = len(scores), len(scores[0]) if scores else 0
    if not rows or not columns:
        return []
    if rows > columns:
        flipped = [[scores[i][j] for i in range(rows)] for j in range(columns)]
        return sorted((i, j) for j, i in best_pairs(flipped))
    # Each row may stay alone: a column of its own at no cost.
    width = columns + rows
    cost = [
        [-s if s > 0 else _BIG for s in row] + [0.0 if k == i else _BIG for k in range(rows)]
        for i, row in enumerate(scores)
    ]
    u, v = [0.0] * (rows + 1), [0.0] * (width + 1)
    match = [0] * (width + 1)
    for i in range(1, rows + 1):
        match[0], column = i, 0
        least, way, used = [float("inf")] * (width + 1), [0] * (width + 1), [False] * (width + 1)
        while match[column]:
            used[column] = True
            row, delta, following = match[column], float("inf"), 0
            for j in range(1, width + 1):
                if used[j]:
                    continue
                reduced = cost[row - 1][j - 1] - u[row] - v[j]
                if reduced < least[j]:
                    least[j], way[j] = reduced, column
                if least[j] < delta:
                    delta, following = least[j], j
            for j in range(width + 1):
                if used[j]:
                    u[match[j]] += delta
                    v[j] -= delta
                else:
                    least[j] -= delta
            column = following
        while column:
            match[column] = match[way[column]]
            column = way[column]
    return sorted((match[j] - 1, j - 1) for j in range(1, columns + 1) if match[j] and scores[match[j] - 1][j - 1] > 0)
