from m import *

x = 1
x
