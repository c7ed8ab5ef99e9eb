if x:
        é
	b
