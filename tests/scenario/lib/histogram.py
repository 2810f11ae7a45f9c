"""Histograms of a result file, by an own reading of HdrHistogram's encoding."""
import base64
import collections
import struct
import zlib


def numbers(data):
    """HdrHistogram's numbers: ZigZag, seven bits a byte, the ninth byte has eight."""
    at = 0
    while at < len(data):
        value = 0
        for place in range(9):
            byte = data[at]
            at += 1
            value |= (byte if place == 8 else byte & 0x7f) << 7 * place
            if byte < 0x80:
                break
        yield value >> 1 if value % 2 == 0 else -(value + 1 >> 1)


def bins(text):
    """What the text of a histogram holds."""
    whole = base64.b64decode(text)
    cookie, size = struct.unpack(">II", whole[:8])
    assert cookie == 0x1c849314 and size == len(whole) - 8
    plain = zlib.decompress(whole[8:])
    assert struct.unpack(">I", plain[:4]) == (0x1c849313,)
    found, place = collections.Counter(), 0
    for number in numbers(plain[40:]):
        if number > 0:
            found[place] = number
        place += 1 if number >= 0 else -number
    return found
