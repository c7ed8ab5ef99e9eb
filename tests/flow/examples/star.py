from m import *

x
