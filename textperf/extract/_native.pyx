# cython: language_level=3, cdivision=True
"""The compiled twin of candidates, features, scoring and actions: the same names and verbs for the same weights.

Built where there is a C compiler (hatch_build.py); without it the Python modules do the same work. What they say holds:
each file of twin/ repeats the Python module of its name, tests/test_native.py compares the two, and native.py turns the
twin off when one of its sources was changed since. A feature is looked up by a hash of its template and key instead of a
dictionary of tuples; sums are not remembered.
"""

from cpython.unicode cimport PyUnicode_GET_LENGTH, PyUnicode_READ_CHAR
from libc.math cimport exp
from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc, realloc

from textperf.extract import candidates, linking, scoring
from textperf.extract.actions import _VERBAL as VERBAL, Verb
from textperf.extract.candidates import (
    _BREAKS, _DONE, _EMPTY, _NEVER_ALONE, _NEVER_CLOSING, _NEVER_FIRST, _NEVER_INSIDE, _NEVER_LAST, _NEVER_OPENING,
    _UNFINISHED, _YEAR_PARTS, Candidate, _is_whose, _parallel,
)
from textperf.extract.features import _ACTS, _DOING, _NOUN, _PLAIN, unit_class
from textperf.extract.guess import _BEFORE, _DOING as GUESS_DOING, _ENDS, _LEADING, _SKIPPED, _THIN, _TRAILING, _WIDE
from textperf.rules.lexicon import verb_classes

cdef extern from *:
    """
    #ifndef TEXTPERF_SOURCES
    #define TEXTPERF_SOURCES ""
    #endif

    /* A NamedTuple, made without its constructor, which is a Python function. */
    static PyObject *textperf_new(PyObject *kind, PyObject *values) {
        PyObject *out, *arguments = PyTuple_Pack(1, values);
        if (arguments == NULL) return NULL;
        out = PyTuple_Type.tp_new((PyTypeObject *)kind, arguments, NULL);
        Py_DECREF(arguments);
        return out;
    }
    """
    const char *TEXTPERF_SOURCES
    object new "textperf_new" (object kind, object values)

ctypedef uint64_t Hash


def built_from():
    """The fingerprint of the sources that this was built from (native.fingerprint)."""
    return TEXTPERF_SOURCES.decode("ascii")


include "twin/arrays.pxi"
include "twin/candidates.pxi"
include "twin/features.pxi"
include "twin/linking.pxi"
include "twin/actions.pxi"


cdef class Linker:
    """Weights, and what they say: :meth:`choose`."""
    cdef Table items, verbs

    def __init__(self, dict item, dict verb):
        self.items, self.verbs = Table(item), Table(verb)

    def sentence(self, list tokens):
        """The tokens of a sentence for :meth:`choose`."""
        return Sentence(tokens)

    def choose(self, str text, Sentence s, int at, list known, sentence):
        """The item of the count at index ``at``, its probability, its verb and its left region: what linking.best_item and
        linking.best_verb say. Arguments as those of linking.link."""
        cdef Scene c
        cdef Names names = Names()
        set_scene(s, &c, at, known, sentence)
        item, lead = best_item(self.items, text, s, &c, names, known, sentence)
        return item, lead, best_verb(self.verbs, s, &c, <tuple>item, known, sentence), (c.la, c.lb)

    def scores(self, str text, Sentence s, int at, list known, sentence):
        """The candidates of the count at index ``at`` and their scores, as linking.scored gives them."""
        cdef Scene c
        cdef Names names = Names()
        cdef int n
        set_scene(s, &c, at, known, sentence)
        best_item(self.items, text, s, &c, names, known, sentence)
        return [(candidate_of(text, s, names, n, known), names.found[n].score) for n in range(names.count)]


# ---------------------------------------------------------------- segment.words, tokens._words

def add_words(list out, int at, list pairs, cuts, kinds, token):
    """Append the words of ``pairs`` (as the segmenter gives them) from offset ``at`` on as tokens; ``cuts`` are those of
    segment.words, ``kinds`` the classes of words by text and tag."""
    cdef int start = at, stop, length
    cdef str word = None, tag = None, text, kind
    for pair in pairs:
        for length, text, kind, joins in <tuple>cuts[pair]:
            stop = at + length
            if joins and word is not None and tag[0] not in "xmucpd" and len(word) > 1:
                word, tag = word + text, "n"
            else:
                if word is not None:
                    add_word(out, start, at, word, tag, kinds, token)
                start, word, tag = at, text, kind
            at = stop
    if word is not None:
        add_word(out, start, at, word, tag, kinds, token)


cdef int add_word(list out, int start, int end, str word, str tag, kinds, token) except -1:
    kind = kinds[word, tag]
    if kind != " ":
        out.append(new(token, (start, end, word, kind, None)))
    return 0
