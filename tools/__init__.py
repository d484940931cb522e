"""What developing Tradepost needs beside Tradepost itself; standard library only."""
