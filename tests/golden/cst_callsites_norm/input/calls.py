import os
from asyncio import sleep as nap


@register("größe", key=1)
async def main(*args, **kwargs):
    await nap(0.1)
    os.path.join("é", *args, **kwargs)
    build().then(lambda: 1)[0](2)
    print(x for x in args)
