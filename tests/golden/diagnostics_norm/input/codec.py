# coding: no-such-codec
f(1)
