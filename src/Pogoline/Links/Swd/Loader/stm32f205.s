@ The flash controller of the STM32F205. ERASE is CR for the sector without STRT, MODE is CR for programming words.

idle:   b       other

flash:  ldr     r7, flashif         @ +0x0C SR, +0x10 CR
        movs    r2, #0xF3
        str     r2, [r7, #0x0C]     @ errors that are left would block the operation
        lsrs    r2, r1, #1          @ carry: bit 0
        bcc     write
        ldr     r2, [r0, #ERASE]
        str     r2, [r7, #0x10]
        movs    r3, #1
        lsls    r3, r3, #16         @ STRT, and BSY in SR
        orrs    r2, r3
        str     r2, [r7, #0x10]
erasing:
        ldr     r2, [r7, #0x0C]
        tst     r2, r3
        bne     erasing
        movs    r3, #0xF2
        ands    r2, r3
        bne     error
write:  lsrs    r2, r1, #2          @ carry: bit 1
        bcc     finish
        ldr     r2, [r0, #MODE]
        str     r2, [r7, #0x10]
        ldr     r2, [r0, #ADDRESS]
        ldr     r4, [r0, #DATA]
        ldr     r3, [r0, #LENGTH]
        adds    r3, r3, r4
next:   cmp     r4, r3
        beq     finish
        ldmia   r4!, {r5}
        adds    r1, r5, #1          @ a blank word is there already
        beq     skip
        str     r5, [r2]
writing:
        ldr     r5, [r7, #0x0C]
        lsrs    r1, r5, #17         @ carry: BSY
        bcs     writing
        movs    r1, #0xF2
        tst     r5, r1
        bne     error
skip:   adds    r2, r2, #4
        b       next
finish: movs    r2, #0
        str     r2, [r7, #0x10]
        b       done

error:  ldr     r1, [r7, #0x0C]     @ SR with bit 31
        movs    r2, #1
        lsls    r2, r2, #31
        orrs    r1, r2
        movs    r2, #0
        str     r2, [r7, #0x10]
        b       failed

        .align  2
flashif:
        .word   0x40023C00
