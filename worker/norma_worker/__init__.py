"""Turns Python source bytes into flat columns: syntax tree, scopes, symbols, refusals.

norma starts this package as a child process, sends it one file after another as bytes, and reads
one answer for each. The code under study is parsed and compiled and never run: nothing here
imports, executes or opens it. Standard library only, CPython 3.11 and later.

The package never lies on a disk that the interpreter reads: norma sends it whole (see loader.py).

Frames (little-endian, all lengths in bytes):

    request   b"NRMQ", u32 number, u32 encoding length, u32 source length, u32 recode mode;
              encoding, source
    answer    b"NRMA", u32 number of the request, u32 length of all sections; sections
    section   4 bytes tag, u32 length; content

The first answer is unasked: the greeting (see `Analyser.greeting`), number 0. Integer columns are int32, text columns
are UTF-8 with one NUL after each value, which no identifier, message or repr can hold.

Sections of an answer about a file:

    STAT  1 integer: a STATUS_ constant
    TREE  the nodes in preorder (see `grammar.make_walker`)      NAME  names, in the order of TREE
    CKND  one byte a constant: its kind                  CLEN  its length, -1 if it has none
    CREP  its repr, cut at 256 characters
    SCOP  5 integers a scope in preorder: index of the parent or -1, type, line, is nested,
          number of symbols                              SNAM  names of the scopes
    SYMF  flags of the symbols, scope by scope           SYMN  names of the symbols
    CODE  the compiled module as `marshal` writes it
    ERRI  7 integers a problem: stage, class, column unit, line, column, end line, end column
    ERRT  2 texts a problem: the exception's type, its message
    RTAB  256 integers: code point of each byte, -1 if the codec refuses it
    RRAW  one byte a character of the file: its bytes in the file     RUTF  the same in UTF-8
"""
