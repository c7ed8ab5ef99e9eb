def f():
  a
 b
