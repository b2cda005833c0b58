using System.Collections;

namespace Pogoline.Links.Dfu;

/// <summary>The blocks of a transfer from one address on; made when they are asked for, so that a long transfer keeps none.</summary>
/// <param name="firstNumber">wBlockNum of the first.</param>
/// <param name="size">Bytes of a block.</param>
/// <param name="start">Where the run begins in the data of the transfer.</param>
/// <param name="end">Where it ends.</param>
/// <param name="operation">What is done, with the address of the whole transfer.</param>
sealed class BlockRun(int firstNumber, int size, int start, int end, DfuOperation operation) : IReadOnlyList<DfuBlock>
{
    public int Count => (end - start + size - 1) / size;

    public DfuBlock this[int index]
    {
        get
        {
            var at = start + (index * size);
            return new((ushort)(firstNumber + index), at, Math.Min(size, end - at), new(operation.What, operation.Alternate, operation.Address + (uint)at, at));
        }
    }

    public IEnumerator<DfuBlock> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
